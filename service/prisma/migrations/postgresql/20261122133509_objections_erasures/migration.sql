-- CreateTable
CREATE TABLE "Objection" (
    "id" TEXT NOT NULL,
    "useId" TEXT NOT NULL,
    "holderHash" TEXT,
    "personId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "groundsSealed" BYTEA NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,
    "answeredBy" TEXT,
    "answeredAt" TIMESTAMP(3),
    "answerSealed" BYTEA,

    CONSTRAINT "Objection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "holderHash" TEXT,
    "state" TEXT NOT NULL,
    "requestedAt" TIMESTAMP(3) NOT NULL,
    "reasons" TEXT NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMP(3),

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Objection_useId_key" ON "Objection"("useId");

-- CreateIndex
CREATE INDEX "Objection_holderHash_id_idx" ON "Objection"("holderHash", "id");

-- CreateIndex
CREATE INDEX "Objection_state_id_idx" ON "Objection"("state", "id");

-- CreateIndex
CREATE INDEX "Erasure_accountId_id_idx" ON "Erasure"("accountId", "id");

-- CreateIndex
CREATE INDEX "Erasure_state_id_idx" ON "Erasure"("state", "id");

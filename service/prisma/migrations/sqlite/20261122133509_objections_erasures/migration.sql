-- CreateTable
CREATE TABLE "Objection" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "useId" TEXT NOT NULL,
    "holderHash" TEXT,
    "personId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "groundsSealed" BLOB NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "answeredBy" TEXT,
    "answeredAt" DATETIME,
    "answerSealed" BLOB
);

-- CreateTable
CREATE TABLE "Erasure" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "holderHash" TEXT,
    "state" TEXT NOT NULL,
    "requestedAt" DATETIME NOT NULL,
    "reasons" TEXT NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" DATETIME
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

-- CreateTable
CREATE TABLE "Recall" (
    "id" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "effectiveFrom" TIMESTAMP(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sentAt" TIMESTAMP(3),

    CONSTRAINT "Recall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RecallNotice" (
    "id" TEXT NOT NULL,
    "recallId" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "window" TEXT NOT NULL,
    "uses" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "leafHash" TEXT NOT NULL,
    "isSent" BOOLEAN NOT NULL,
    "acknowledgedBy" TEXT,
    "acknowledgedAt" TIMESTAMP(3),
    "noteSealed" BYTEA,

    CONSTRAINT "RecallNotice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Recall_state_idx" ON "Recall"("state");

-- CreateIndex
CREATE INDEX "RecallNotice_window_id_idx" ON "RecallNotice"("window", "id");

-- CreateIndex
CREATE INDEX "RecallNotice_licence_id_idx" ON "RecallNotice"("licence", "id");

-- CreateIndex
CREATE INDEX "RecallNotice_recallId_idx" ON "RecallNotice"("recallId");

-- AddForeignKey
ALTER TABLE "RecallNotice" ADD CONSTRAINT "RecallNotice_recallId_fkey" FOREIGN KEY ("recallId") REFERENCES "Recall"("id") ON DELETE CASCADE ON UPDATE CASCADE;

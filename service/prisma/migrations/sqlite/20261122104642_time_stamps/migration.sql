-- CreateTable
CREATE TABLE "PendingTimeStamp" (
    "ownerKind" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "dueAt" DATETIME NOT NULL,

    PRIMARY KEY ("ownerKind", "ownerId", "format")
);

-- AlterTable
ALTER TABLE "SealSignature" ADD COLUMN "timeStamp" TEXT NOT NULL DEFAULT 'none';
ALTER TABLE "SealSignature" ADD COLUMN "earlierSha256" TEXT;

-- CreateIndex
CREATE INDEX "SealSignature_earlierSha256_idx" ON "SealSignature"("earlierSha256");

-- CreateIndex
CREATE INDEX "PendingTimeStamp_dueAt_idx" ON "PendingTimeStamp"("dueAt");

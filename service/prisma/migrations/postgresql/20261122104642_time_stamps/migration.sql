-- AlterTable
ALTER TABLE "SealSignature" ADD COLUMN     "earlierSha256" TEXT,
ADD COLUMN     "timeStamp" TEXT NOT NULL DEFAULT 'none';

-- CreateTable
CREATE TABLE "PendingTimeStamp" (
    "ownerKind" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "PendingTimeStamp_pkey" PRIMARY KEY ("ownerKind","ownerId","format")
);

-- CreateIndex
CREATE INDEX "PendingTimeStamp_dueAt_idx" ON "PendingTimeStamp"("dueAt");

-- CreateIndex
CREATE INDEX "SealSignature_earlierSha256_idx" ON "SealSignature"("earlierSha256");

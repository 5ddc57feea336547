-- CreateTable
CREATE TABLE "Grant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "holderHash" TEXT,
    "agentHash" TEXT,
    "holderPersonId" TEXT NOT NULL,
    "agentPersonId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "validFrom" DATETIME NOT NULL,
    "validUntil" DATETIME,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "window" TEXT,
    "endedAt" DATETIME,
    "endedBy" TEXT,
    "endedHow" TEXT,
    "holderSealed" BLOB NOT NULL,
    "agentSealed" BLOB NOT NULL,
    "noteSealed" BLOB
);

-- CreateIndex
CREATE INDEX "Grant_holderHash_id_idx" ON "Grant"("holderHash", "id");

-- CreateIndex
CREATE INDEX "Grant_agentHash_id_idx" ON "Grant"("agentHash", "id");

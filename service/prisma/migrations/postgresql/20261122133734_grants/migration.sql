-- CreateTable
CREATE TABLE "Grant" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "holderHash" TEXT,
    "agentHash" TEXT,
    "holderPersonId" TEXT NOT NULL,
    "agentPersonId" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "validFrom" TIMESTAMP(3) NOT NULL,
    "validUntil" TIMESTAMP(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "window" TEXT,
    "endedAt" TIMESTAMP(3),
    "endedBy" TEXT,
    "endedHow" TEXT,
    "holderSealed" BYTEA NOT NULL,
    "agentSealed" BYTEA NOT NULL,
    "noteSealed" BYTEA,

    CONSTRAINT "Grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Grant_holderHash_id_idx" ON "Grant"("holderHash", "id");

-- CreateIndex
CREATE INDEX "Grant_agentHash_id_idx" ON "Grant"("agentHash", "id");

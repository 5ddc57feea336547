-- CreateTable
CREATE TABLE "TrustProposal" (
    "id" TEXT NOT NULL,
    "authority" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "origin" TEXT,
    "state" TEXT NOT NULL,
    "makerId" TEXT NOT NULL,
    "approverId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "decidedAt" TIMESTAMP(3),
    "signedAct" TEXT,
    "refusal" TEXT,

    CONSTRAINT "TrustProposal_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "TrustProposal_state_idx" ON "TrustProposal"("state");

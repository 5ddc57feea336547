-- CreateTable
CREATE TABLE "TrustProposal" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "authority" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "origin" TEXT,
    "state" TEXT NOT NULL,
    "makerId" TEXT NOT NULL,
    "approverId" TEXT,
    "createdAt" DATETIME NOT NULL,
    "decidedAt" DATETIME,
    "signedAct" TEXT,
    "refusal" TEXT
);

-- CreateIndex
CREATE INDEX "TrustProposal_state_idx" ON "TrustProposal"("state");

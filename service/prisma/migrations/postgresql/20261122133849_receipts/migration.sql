-- CreateTable
CREATE TABLE "Receipt" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "clerkId" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "window" TEXT,
    "matter" TEXT,
    "caseId" TEXT,
    "holderHash" TEXT,
    "personId" TEXT,
    "state" TEXT NOT NULL,
    "licences" TEXT NOT NULL,
    "contentSealed" BYTEA NOT NULL,
    "saltSecretSealed" BYTEA NOT NULL,
    "evidenceSealed" BYTEA,
    "pdfSignature" TEXT,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Receipt_caseId_id_idx" ON "Receipt"("caseId", "id");

-- CreateIndex
CREATE INDEX "Receipt_holderHash_id_idx" ON "Receipt"("holderHash", "id");

-- CreateIndex
CREATE INDEX "Receipt_organisation_id_idx" ON "Receipt"("organisation", "id");

-- CreateIndex
CREATE INDEX "Receipt_clerkId_id_idx" ON "Receipt"("clerkId", "id");

-- CreateIndex
CREATE INDEX "Receipt_state_id_idx" ON "Receipt"("state", "id");

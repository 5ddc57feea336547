-- CreateTable
CREATE TABLE "Receipt" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "clerkId" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "window" TEXT,
    "matter" TEXT,
    "caseId" TEXT,
    "holderHash" TEXT,
    "personId" TEXT,
    "state" TEXT NOT NULL,
    "licences" TEXT NOT NULL,
    "contentSealed" BLOB NOT NULL,
    "saltSecretSealed" BLOB NOT NULL,
    "evidenceSealed" BLOB,
    "pdfSignature" TEXT
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

-- AlterTable
ALTER TABLE "Licence" ADD COLUMN "sealActId" TEXT;
ALTER TABLE "Licence" ADD COLUMN "sealEsId" TEXT;

-- AlterTable
ALTER TABLE "SealSignature" ADD COLUMN "approvedBy" TEXT;

-- CreateTable
CREATE TABLE "SealApplication" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "organisation" TEXT NOT NULL,
    "holderCreditCode" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "validFrom" DATETIME NOT NULL,
    "validUntil" DATETIME NOT NULL,
    "mandate" TEXT,
    "predecessor" TEXT,
    "state" TEXT NOT NULL,
    "groundsSealed" BLOB NOT NULL,
    "applicantId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" DATETIME,
    "noteSealed" BLOB,
    "esId" TEXT
);

-- CreateTable
CREATE TABLE "SealingRequest" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "esId" TEXT NOT NULL,
    "holderCreditCode" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "place" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "requestedAt" DATETIME NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" DATETIME,
    "noteSealed" BLOB,
    "signatureId" TEXT
);

-- CreateTable
CREATE TABLE "PersonalSignature" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "method" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "signatureDigest" TEXT NOT NULL,
    "signedAt" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "SealApplication_organisation_id_idx" ON "SealApplication"("organisation", "id");

-- CreateIndex
CREATE INDEX "SealingRequest_holderCreditCode_id_idx" ON "SealingRequest"("holderCreditCode", "id");

-- CreateIndex
CREATE INDEX "PersonalSignature_accountId_id_idx" ON "PersonalSignature"("accountId", "id");

-- CreateIndex
CREATE INDEX "PersonalSignature_sha256_idx" ON "PersonalSignature"("sha256");

-- CreateIndex
CREATE INDEX "Licence_sealEsId_sealActId_idx" ON "Licence"("sealEsId", "sealActId");

-- AlterTable
ALTER TABLE "Licence" ADD COLUMN     "sealActId" TEXT,
ADD COLUMN     "sealEsId" TEXT;

-- AlterTable
ALTER TABLE "SealSignature" ADD COLUMN     "approvedBy" TEXT;

-- CreateTable
CREATE TABLE "SealApplication" (
    "id" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "holderCreditCode" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "validFrom" TIMESTAMP(3) NOT NULL,
    "validUntil" TIMESTAMP(3) NOT NULL,
    "mandate" TEXT,
    "predecessor" TEXT,
    "state" TEXT NOT NULL,
    "groundsSealed" BYTEA NOT NULL,
    "applicantId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMP(3),
    "noteSealed" BYTEA,
    "esId" TEXT,

    CONSTRAINT "SealApplication_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SealingRequest" (
    "id" TEXT NOT NULL,
    "esId" TEXT NOT NULL,
    "holderCreditCode" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "place" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "requestedBy" TEXT NOT NULL,
    "requestedAt" TIMESTAMP(3) NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMP(3),
    "noteSealed" BYTEA,
    "signatureId" TEXT,

    CONSTRAINT "SealingRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PersonalSignature" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "method" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,
    "signatureDigest" TEXT NOT NULL,
    "signedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "PersonalSignature_pkey" PRIMARY KEY ("id")
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

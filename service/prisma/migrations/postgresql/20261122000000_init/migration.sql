-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Meta" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Meta_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Organisation" (
    "creditCode" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parent" TEXT,
    "kind" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Organisation_pkey" PRIMARY KEY ("creditCode")
);

-- CreateTable
CREATE TABLE "Window" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,

    CONSTRAINT "Window_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Account" (
    "id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "displayNameSealed" BYTEA NOT NULL,
    "roles" TEXT NOT NULL,
    "windowCode" TEXT,
    "holderHash" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "disabledAt" TIMESTAMP(3),

    CONSTRAINT "Account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "requestDigest" TEXT NOT NULL,
    "ownerId" TEXT,
    "status" INTEGER,
    "bodySealed" BYTEA,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "Owner" (
    "id" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Owner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "holderHash" TEXT,
    "dataKeySealed" BYTEA,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "erasedAt" TIMESTAMP(3),

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LicenceType" (
    "typeCode" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT,
    "definition" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "LicenceType_pkey" PRIMARY KEY ("typeCode","version")
);

-- CreateTable
CREATE TABLE "Matter" (
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Matter_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "Licence" (
    "identifier" TEXT NOT NULL,
    "listId" TEXT NOT NULL,
    "base" TEXT NOT NULL,
    "typeCode" TEXT NOT NULL,
    "typeVersion" INTEGER NOT NULL,
    "issuer" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "stagedFrom" TEXT,
    "holderHash" TEXT,
    "personId" TEXT,
    "validFrom" TIMESTAMP(3) NOT NULL,
    "validUntil" TIMESTAMP(3),
    "makerId" TEXT,
    "approverId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "issuedAt" TIMESTAMP(3),
    "documents" TEXT NOT NULL,
    "contentDigest" TEXT,
    "statusList" INTEGER,
    "statusIndex" INTEGER,
    "ledgerRoot" TEXT,
    "ledgerPosition" INTEGER,
    "ledgerBlock" INTEGER,
    "supersedes" TEXT,
    "supersededBy" TEXT,
    "holderSealed" BYTEA,
    "fieldsSealed" BYTEA,
    "noteSealed" BYTEA,
    "partsSealed" BYTEA,

    CONSTRAINT "Licence_pkey" PRIMARY KEY ("identifier")
);

-- CreateTable
CREATE TABLE "File" (
    "ownerKind" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "isStaged" BOOLEAN NOT NULL,
    "personId" TEXT,
    "size" INTEGER NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "File_pkey" PRIMARY KEY ("ownerKind","ownerId","format","isStaged")
);

-- CreateTable
CREATE TABLE "Stage" (
    "id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "stagedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Stage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Seal" (
    "esId" TEXT NOT NULL,
    "listId" TEXT NOT NULL,
    "holderCreditCode" TEXT NOT NULL,
    "holderName" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "signerKeys" TEXT NOT NULL,
    "validFrom" TIMESTAMP(3) NOT NULL,
    "validUntil" TIMESTAMP(3) NOT NULL,
    "state" TEXT NOT NULL,
    "mandate" TEXT NOT NULL,
    "maker" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "actId" TEXT NOT NULL,
    "ledgerRoot" TEXT,
    "ledgerPosition" INTEGER,
    "ledgerBlock" INTEGER,
    "supersedes" TEXT,
    "fileSealed" BYTEA,

    CONSTRAINT "Seal_pkey" PRIMARY KEY ("esId")
);

-- CreateTable
CREATE TABLE "SealSignature" (
    "id" TEXT NOT NULL,
    "esId" TEXT NOT NULL,
    "isStaged" BOOLEAN NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "codeSealed" BYTEA,
    "signatureDigest" TEXT NOT NULL,
    "sealedAt" TIMESTAMP(3) NOT NULL,
    "by" TEXT,
    "ledgerRoot" TEXT,
    "ledgerPosition" INTEGER,
    "ledgerBlock" INTEGER,

    CONSTRAINT "SealSignature_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "UsageRecord" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "subjectKind" TEXT NOT NULL,
    "subjectIdentifier" TEXT NOT NULL,
    "licence" TEXT,
    "esId" TEXT,
    "channel" TEXT NOT NULL,
    "window" TEXT,
    "clerk" TEXT,
    "matter" TEXT,
    "indication" TEXT,
    "holderHash" TEXT,
    "leafHash" TEXT NOT NULL,
    "anchorRoot" TEXT,
    "anchorPosition" INTEGER,
    "contentSealed" BYTEA NOT NULL,

    CONSTRAINT "UsageRecord_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Import" (
    "id" TEXT NOT NULL,
    "typeCode" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isDryRun" BOOLEAN NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "finishedAt" TIMESTAMP(3),

    CONSTRAINT "Import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportRow" (
    "importId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "outcome" TEXT NOT NULL,
    "identifier" TEXT,
    "faultCode" TEXT,
    "faultMessage" TEXT,
    "faultPointer" TEXT,
    "cellsSealed" BYTEA NOT NULL,

    CONSTRAINT "ImportRow_pkey" PRIMARY KEY ("importId","number")
);

-- CreateIndex
CREATE UNIQUE INDEX "Account_username_key" ON "Account"("username");

-- CreateIndex
CREATE INDEX "Account_holderHash_idx" ON "Account"("holderHash");

-- CreateIndex
CREATE INDEX "Session_accountId_idx" ON "Session"("accountId");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "IdempotencyKey_expiresAt_idx" ON "IdempotencyKey"("expiresAt");

-- CreateIndex
CREATE UNIQUE INDEX "Person_holderHash_key" ON "Person"("holderHash");

-- CreateIndex
CREATE UNIQUE INDEX "Licence_listId_key" ON "Licence"("listId");

-- CreateIndex
CREATE INDEX "Licence_statusList_state_statusIndex_idx" ON "Licence"("statusList", "state", "statusIndex");

-- CreateIndex
CREATE INDEX "Licence_holderHash_listId_idx" ON "Licence"("holderHash", "listId");

-- CreateIndex
CREATE INDEX "Licence_issuer_listId_idx" ON "Licence"("issuer", "listId");

-- CreateIndex
CREATE INDEX "Licence_issuer_state_listId_idx" ON "Licence"("issuer", "state", "listId");

-- CreateIndex
CREATE INDEX "Licence_typeCode_listId_idx" ON "Licence"("typeCode", "listId");

-- CreateIndex
CREATE INDEX "Licence_typeCode_state_idx" ON "Licence"("typeCode", "state");

-- CreateIndex
CREATE UNIQUE INDEX "Licence_base_version_key" ON "Licence"("base", "version");

-- CreateIndex
CREATE INDEX "Stage_ownerId_stagedAt_idx" ON "Stage"("ownerId", "stagedAt");

-- CreateIndex
CREATE INDEX "Stage_subject_idx" ON "Stage"("subject");

-- CreateIndex
CREATE UNIQUE INDEX "Seal_listId_key" ON "Seal"("listId");

-- CreateIndex
CREATE INDEX "Seal_holderCreditCode_listId_idx" ON "Seal"("holderCreditCode", "listId");

-- CreateIndex
CREATE INDEX "SealSignature_esId_id_idx" ON "SealSignature"("esId", "id");

-- CreateIndex
CREATE INDEX "SealSignature_sha256_idx" ON "SealSignature"("sha256");

-- CreateIndex
CREATE INDEX "UsageRecord_anchorRoot_anchorPosition_idx" ON "UsageRecord"("anchorRoot", "anchorPosition");

-- CreateIndex
CREATE INDEX "UsageRecord_licence_id_idx" ON "UsageRecord"("licence", "id");

-- CreateIndex
CREATE INDEX "UsageRecord_esId_id_idx" ON "UsageRecord"("esId", "id");

-- CreateIndex
CREATE INDEX "UsageRecord_holderHash_id_idx" ON "UsageRecord"("holderHash", "id");

-- CreateIndex
CREATE INDEX "UsageRecord_clerk_id_idx" ON "UsageRecord"("clerk", "id");

-- CreateIndex
CREATE INDEX "UsageRecord_matter_id_idx" ON "UsageRecord"("matter", "id");

-- CreateIndex
CREATE INDEX "UsageRecord_window_id_idx" ON "UsageRecord"("window", "id");

-- CreateIndex
CREATE INDEX "Import_state_idx" ON "Import"("state");

-- CreateIndex
CREATE INDEX "ImportRow_importId_outcome_number_idx" ON "ImportRow"("importId", "outcome", "number");

-- AddForeignKey
ALTER TABLE "Organisation" ADD CONSTRAINT "Organisation_parent_fkey" FOREIGN KEY ("parent") REFERENCES "Organisation"("creditCode") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Window" ADD CONSTRAINT "Window_organisation_fkey" FOREIGN KEY ("organisation") REFERENCES "Organisation"("creditCode") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "Account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportRow" ADD CONSTRAINT "ImportRow_importId_fkey" FOREIGN KEY ("importId") REFERENCES "Import"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

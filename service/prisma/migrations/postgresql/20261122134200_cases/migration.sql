-- CreateTable
CREATE TABLE "ServiceCase" (
    "id" TEXT NOT NULL,
    "queryHash" TEXT NOT NULL,
    "querySealed" BYTEA NOT NULL,
    "matter" TEXT,
    "matterVersion" INTEGER,
    "matterName" TEXT,
    "materials" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "window" TEXT,
    "clerkId" TEXT,
    "channel" TEXT NOT NULL,
    "holderHash" TEXT,
    "personId" TEXT,
    "peopleSealed" BYTEA,
    "grantId" TEXT,
    "openedBy" TEXT NOT NULL,
    "openedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ServiceCase_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SubCase" (
    "caseId" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "matterVersion" INTEGER NOT NULL,
    "matterName" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "department" TEXT,
    "state" TEXT NOT NULL,
    "outcome" TEXT,
    "resumesAs" TEXT,
    "promisedDays" INTEGER,
    "statutoryDays" INTEGER,
    "acceptedAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "suspensions" TEXT NOT NULL,

    CONSTRAINT "SubCase_pkey" PRIMARY KEY ("caseId","matter")
);

-- CreateTable
CREATE TABLE "CaseEvent" (
    "id" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "fromState" TEXT,
    "toState" TEXT NOT NULL,
    "outcome" TEXT,
    "at" TIMESTAMP(3) NOT NULL,
    "actorId" TEXT NOT NULL,
    "reasonSealed" BYTEA,

    CONSTRAINT "CaseEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CaseSubmission" (
    "id" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "materialCode" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "documentId" TEXT NOT NULL,
    "submittedBy" TEXT NOT NULL,
    "requestId" TEXT,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "CaseSubmission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MaterialRequest" (
    "id" TEXT NOT NULL,
    "caseId" TEXT NOT NULL,
    "materialCode" TEXT NOT NULL,
    "materialId" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "proposedBy" TEXT NOT NULL,
    "proposedAt" TIMESTAMP(3) NOT NULL,
    "decidedBy" TEXT,
    "decidedAt" TIMESTAMP(3),

    CONSTRAINT "MaterialRequest_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CaseRating" (
    "caseId" TEXT NOT NULL,
    "level" INTEGER NOT NULL,
    "wordsSealed" BYTEA,
    "ratedBy" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "CaseRating_pkey" PRIMARY KEY ("caseId")
);

-- CreateTable
CREATE TABLE "HolderMaterial" (
    "id" TEXT NOT NULL,
    "holderHash" TEXT,
    "personId" TEXT NOT NULL,
    "nameSealed" BYTEA NOT NULL,
    "materialCode" TEXT,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "uploadedBy" TEXT NOT NULL,
    "uploadedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "HolderMaterial_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "ServiceCase_queryHash_key" ON "ServiceCase"("queryHash");

-- CreateIndex
CREATE INDEX "ServiceCase_holderHash_id_idx" ON "ServiceCase"("holderHash", "id");

-- CreateIndex
CREATE INDEX "ServiceCase_grantId_id_idx" ON "ServiceCase"("grantId", "id");

-- CreateIndex
CREATE INDEX "SubCase_organisation_caseId_idx" ON "SubCase"("organisation", "caseId");

-- CreateIndex
CREATE INDEX "SubCase_organisation_state_caseId_idx" ON "SubCase"("organisation", "state", "caseId");

-- CreateIndex
CREATE INDEX "SubCase_department_caseId_idx" ON "SubCase"("department", "caseId");

-- CreateIndex
CREATE INDEX "SubCase_department_state_caseId_idx" ON "SubCase"("department", "state", "caseId");

-- CreateIndex
CREATE INDEX "SubCase_state_caseId_idx" ON "SubCase"("state", "caseId");

-- CreateIndex
CREATE INDEX "CaseEvent_caseId_id_idx" ON "CaseEvent"("caseId", "id");

-- CreateIndex
CREATE INDEX "CaseSubmission_caseId_id_idx" ON "CaseSubmission"("caseId", "id");

-- CreateIndex
CREATE INDEX "CaseSubmission_documentId_idx" ON "CaseSubmission"("documentId");

-- CreateIndex
CREATE INDEX "MaterialRequest_caseId_id_idx" ON "MaterialRequest"("caseId", "id");

-- CreateIndex
CREATE INDEX "HolderMaterial_holderHash_id_idx" ON "HolderMaterial"("holderHash", "id");

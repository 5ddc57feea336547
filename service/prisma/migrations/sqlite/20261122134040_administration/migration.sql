-- AlterTable
ALTER TABLE "Organisation" ADD COLUMN "closedAt" DATETIME;
ALTER TABLE "Organisation" ADD COLUMN "level" TEXT;

-- AlterTable
ALTER TABLE "Window" ADD COLUMN "closedAt" DATETIME;

-- AlterTable
ALTER TABLE "Account" ADD COLUMN "passwordUntil" DATETIME;

-- AlterTable
ALTER TABLE "Session" ADD COLUMN "method" TEXT;

-- CreateTable
CREATE TABLE "ExternalIdentity" (
    "subjectHash" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "boundAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "AdministrationEntry" (
    "number" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "actorId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "leafHash" TEXT NOT NULL,
    "anchorRoot" TEXT,
    "anchorPosition" INTEGER,
    "contentSealed" BLOB NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "ExternalIdentity_accountId_key" ON "ExternalIdentity"("accountId");

-- CreateIndex
CREATE UNIQUE INDEX "AdministrationEntry_id_key" ON "AdministrationEntry"("id");

-- CreateIndex
CREATE INDEX "AdministrationEntry_actorId_number_idx" ON "AdministrationEntry"("actorId", "number");

-- CreateIndex
CREATE INDEX "AdministrationEntry_subjectId_number_idx" ON "AdministrationEntry"("subjectId", "number");

-- CreateIndex
CREATE INDEX "AdministrationEntry_at_idx" ON "AdministrationEntry"("at");

-- CreateIndex
CREATE INDEX "AdministrationEntry_anchorRoot_anchorPosition_idx" ON "AdministrationEntry"("anchorRoot", "anchorPosition");

-- The trail only grows: a row may get its anchor, nothing else.
CREATE TRIGGER "AdministrationEntry_keep" BEFORE DELETE ON "AdministrationEntry"
BEGIN
    SELECT RAISE(ABORT, 'entries of the trail stay');
END;
CREATE TRIGGER "AdministrationEntry_unchanged" BEFORE UPDATE OF "number", "id", "at", "actorId", "action", "subjectKind", "subjectId", "leafHash", "contentSealed" ON "AdministrationEntry"
BEGIN
    SELECT RAISE(ABORT, 'entries of the trail stay as they are');
END;

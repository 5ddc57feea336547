-- AlterTable
ALTER TABLE "Organisation" ADD COLUMN     "closedAt" TIMESTAMP(3),
ADD COLUMN     "level" TEXT;

-- AlterTable
ALTER TABLE "Window" ADD COLUMN     "closedAt" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Account" ADD COLUMN     "passwordUntil" TIMESTAMP(3);

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "method" TEXT;

-- CreateTable
CREATE TABLE "ExternalIdentity" (
    "subjectHash" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "boundAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ExternalIdentity_pkey" PRIMARY KEY ("subjectHash")
);

-- CreateTable
CREATE TABLE "AdministrationEntry" (
    "number" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "actorId" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subjectKind" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "leafHash" TEXT NOT NULL,
    "anchorRoot" TEXT,
    "anchorPosition" INTEGER,
    "contentSealed" BYTEA NOT NULL,

    CONSTRAINT "AdministrationEntry_pkey" PRIMARY KEY ("number")
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
CREATE RULE "AdministrationEntry_keep" AS ON DELETE TO "AdministrationEntry" DO INSTEAD NOTHING;
CREATE FUNCTION "AdministrationEntry_unchanged"() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'entries of the trail stay as they are';
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER "AdministrationEntry_unchanged" BEFORE UPDATE OF "number", "id", "at", "actorId", "action", "subjectKind", "subjectId", "leafHash", "contentSealed" ON "AdministrationEntry"
FOR EACH ROW EXECUTE FUNCTION "AdministrationEntry_unchanged"();

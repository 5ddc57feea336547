-- AlterTable
ALTER TABLE "Licence" ADD COLUMN "changedAt" DATETIME;

-- CreateIndex
CREATE INDEX "Licence_issuedAt_idx" ON "Licence"("issuedAt");

-- CreateIndex
CREATE INDEX "Licence_state_changedAt_idx" ON "Licence"("state", "changedAt");

-- CreateIndex
CREATE INDEX "UsageRecord_kind_outcome_indication_id_idx" ON "UsageRecord"("kind", "outcome", "indication", "id");

-- CreateIndex
CREATE INDEX "SubCase_endedAt_idx" ON "SubCase"("endedAt");

-- CreateIndex
CREATE INDEX "CaseRating_at_idx" ON "CaseRating"("at");

-- CreateIndex
CREATE INDEX "PersonalSignature_signatureDigest_idx" ON "PersonalSignature"("signatureDigest");

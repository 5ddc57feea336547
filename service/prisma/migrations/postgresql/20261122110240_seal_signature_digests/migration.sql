-- CreateIndex
CREATE INDEX "SealSignature_signatureDigest_idx" ON "SealSignature"("signatureDigest");

-- CreateIndex
CREATE INDEX "SealApplication_esId_idx" ON "SealApplication"("esId");

-- CreateIndex
CREATE INDEX "SealingRequest_signatureId_idx" ON "SealingRequest"("signatureId");

-- CreateTable
CREATE TABLE "Presentation" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "codeHash" TEXT NOT NULL,
    "spokenHash" TEXT,
    "holderHash" TEXT,
    "makerId" TEXT NOT NULL,
    "licences" TEXT NOT NULL,
    "window" TEXT,
    "matter" TEXT,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "withdrawnAt" DATETIME,
    "redeemedAt" DATETIME,
    "redeemedBy" TEXT,
    "redeemedWindow" TEXT,
    "receiptId" TEXT
);

-- CreateTable
CREATE TABLE "SpokenFailure" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "WindowCode" (
    "codeHash" TEXT NOT NULL PRIMARY KEY,
    "window" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "makerId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "purposeSealed" BLOB NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "Presentation_codeHash_key" ON "Presentation"("codeHash");

-- CreateIndex
CREATE INDEX "Presentation_spokenHash_expiresAt_idx" ON "Presentation"("spokenHash", "expiresAt");

-- CreateIndex
CREATE INDEX "Presentation_window_expiresAt_idx" ON "Presentation"("window", "expiresAt");

-- CreateIndex
CREATE INDEX "Presentation_expiresAt_idx" ON "Presentation"("expiresAt");

-- CreateIndex
CREATE INDEX "Presentation_holderHash_idx" ON "Presentation"("holderHash");

-- CreateIndex
CREATE INDEX "SpokenFailure_accountId_at_idx" ON "SpokenFailure"("accountId", "at");

-- CreateIndex
CREATE INDEX "SpokenFailure_at_idx" ON "SpokenFailure"("at");

-- CreateIndex
CREATE INDEX "WindowCode_expiresAt_idx" ON "WindowCode"("expiresAt");

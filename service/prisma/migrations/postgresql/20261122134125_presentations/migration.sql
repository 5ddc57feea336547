-- CreateTable
CREATE TABLE "Presentation" (
    "id" TEXT NOT NULL,
    "codeHash" TEXT NOT NULL,
    "spokenHash" TEXT,
    "holderHash" TEXT,
    "makerId" TEXT NOT NULL,
    "licences" TEXT NOT NULL,
    "window" TEXT,
    "matter" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "withdrawnAt" TIMESTAMP(3),
    "redeemedAt" TIMESTAMP(3),
    "redeemedBy" TEXT,
    "redeemedWindow" TEXT,
    "receiptId" TEXT,

    CONSTRAINT "Presentation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SpokenFailure" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "SpokenFailure_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WindowCode" (
    "codeHash" TEXT NOT NULL,
    "window" TEXT NOT NULL,
    "matter" TEXT NOT NULL,
    "makerId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "purposeSealed" BYTEA NOT NULL,

    CONSTRAINT "WindowCode_pkey" PRIMARY KEY ("codeHash")
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

-- CreateTable
CREATE TABLE "PendingTimeStamp" (
    "ownerKind" TEXT NOT NULL,
    "ownerId" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "dueAt" DATETIME NOT NULL,

    PRIMARY KEY ("ownerKind", "ownerId", "format")
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_SealSignature" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "esId" TEXT NOT NULL,
    "isStaged" BOOLEAN NOT NULL,
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "sm3" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "codeSealed" BLOB,
    "signatureDigest" TEXT NOT NULL,
    "sealedAt" DATETIME NOT NULL,
    "by" TEXT,
    "approvedBy" TEXT,
    "timeStamp" TEXT NOT NULL DEFAULT 'none',
    "earlierSha256" TEXT,
    "ledgerRoot" TEXT,
    "ledgerPosition" INTEGER,
    "ledgerBlock" INTEGER
);
INSERT INTO "new_SealSignature" ("approvedBy", "by", "codeSealed", "esId", "format", "id", "isStaged", "ledgerBlock", "ledgerPosition", "ledgerRoot", "sealedAt", "sha256", "signatureDigest", "size", "sm3") SELECT "approvedBy", "by", "codeSealed", "esId", "format", "id", "isStaged", "ledgerBlock", "ledgerPosition", "ledgerRoot", "sealedAt", "sha256", "signatureDigest", "size", "sm3" FROM "SealSignature";
DROP TABLE "SealSignature";
ALTER TABLE "new_SealSignature" RENAME TO "SealSignature";
CREATE INDEX "SealSignature_esId_id_idx" ON "SealSignature"("esId", "id");
CREATE INDEX "SealSignature_sha256_idx" ON "SealSignature"("sha256");
CREATE INDEX "SealSignature_earlierSha256_idx" ON "SealSignature"("earlierSha256");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "PendingTimeStamp_dueAt_idx" ON "PendingTimeStamp"("dueAt");

-- CreateTable
CREATE TABLE "RevokedCertificate" (
    "fingerprint" TEXT NOT NULL PRIMARY KEY,
    "issuerKeyId" TEXT NOT NULL,
    "serialNumber" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "revokedAt" DATETIME NOT NULL,
    "revokedBy" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "RevocationList" (
    "issuerKeyId" TEXT NOT NULL PRIMARY KEY,
    "number" INTEGER NOT NULL,
    "thisUpdate" DATETIME,
    "nextUpdate" DATETIME,
    "der" BLOB
);

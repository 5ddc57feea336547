-- CreateTable
CREATE TABLE "RevokedCertificate" (
    "fingerprint" TEXT NOT NULL,
    "issuerKeyId" TEXT NOT NULL,
    "serialNumber" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "revokedAt" TIMESTAMP(3) NOT NULL,
    "revokedBy" TEXT NOT NULL,

    CONSTRAINT "RevokedCertificate_pkey" PRIMARY KEY ("fingerprint")
);

-- CreateTable
CREATE TABLE "RevocationList" (
    "issuerKeyId" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "thisUpdate" TIMESTAMP(3),
    "nextUpdate" TIMESTAMP(3),
    "der" BYTEA,

    CONSTRAINT "RevocationList_pkey" PRIMARY KEY ("issuerKeyId")
);

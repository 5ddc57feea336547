-- DropIndex
DROP INDEX "Licence_typeCode_state_idx";

-- AlterTable
ALTER TABLE "Matter" DROP CONSTRAINT "Matter_pkey",
ADD CONSTRAINT "Matter_pkey" PRIMARY KEY ("code", "version");

-- CreateTable
CREATE TABLE "TypeCount" (
    "typeCode" TEXT NOT NULL,
    "changes" INTEGER NOT NULL DEFAULT 0,
    "counted" INTEGER,
    "countedAt" TIMESTAMP(3),
    "endsAt" TIMESTAMP(3),
    "licences" INTEGER NOT NULL DEFAULT 0,
    "holders" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "TypeCount_pkey" PRIMARY KEY ("typeCode")
);

-- CreateIndex
CREATE INDEX "Licence_typeCode_state_validUntil_validFrom_holderHash_idx" ON "Licence"("typeCode", "state", "validUntil", "validFrom", "holderHash");

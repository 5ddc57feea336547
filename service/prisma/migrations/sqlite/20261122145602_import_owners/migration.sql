-- AlterTable
ALTER TABLE "Import" ADD COLUMN "ownerId" TEXT;

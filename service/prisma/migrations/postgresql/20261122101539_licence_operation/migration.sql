-- AlterTable
ALTER TABLE "Licence" ADD COLUMN     "operation" TEXT;

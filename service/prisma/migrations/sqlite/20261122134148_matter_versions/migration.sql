-- DropIndex
DROP INDEX "Licence_typeCode_state_idx";

-- CreateTable
CREATE TABLE "TypeCount" (
    "typeCode" TEXT NOT NULL PRIMARY KEY,
    "changes" INTEGER NOT NULL DEFAULT 0,
    "counted" INTEGER,
    "countedAt" DATETIME,
    "endsAt" DATETIME,
    "licences" INTEGER NOT NULL DEFAULT 0,
    "holders" INTEGER NOT NULL DEFAULT 0
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Matter" (
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "definition" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL,

    PRIMARY KEY ("code", "version")
);
INSERT INTO "new_Matter" ("code", "definition", "name", "updatedAt", "version") SELECT "code", "definition", "name", "updatedAt", "version" FROM "Matter";
DROP TABLE "Matter";
ALTER TABLE "new_Matter" RENAME TO "Matter";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "Licence_typeCode_state_validUntil_validFrom_holderHash_idx" ON "Licence"("typeCode", "state", "validUntil", "validFrom", "holderHash");

-- CreateTable
CREATE TABLE "StampedCheckpoint" (
    "size" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "note" TEXT NOT NULL,
    "nodePath" TEXT NOT NULL,
    "token" BLOB NOT NULL,
    "stampedAt" DATETIME NOT NULL
);

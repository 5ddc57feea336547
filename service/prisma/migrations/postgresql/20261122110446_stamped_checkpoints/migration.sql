-- CreateTable
CREATE TABLE "StampedCheckpoint" (
    "size" INTEGER NOT NULL,
    "note" TEXT NOT NULL,
    "nodePath" TEXT NOT NULL,
    "token" BYTEA NOT NULL,
    "stampedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "StampedCheckpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "Notice" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "holderHash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "event" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "readAt" DATETIME,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "dueAt" DATETIME,
    "deliveredAt" DATETIME
);

-- CreateTable
CREATE TABLE "NoticePreference" (
    "holderHash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "isOn" BOOLEAN NOT NULL,

    PRIMARY KEY ("holderHash", "kind")
);

-- CreateIndex
CREATE INDEX "Notice_holderHash_id_idx" ON "Notice"("holderHash", "id");

-- CreateIndex
CREATE INDEX "Notice_state_dueAt_idx" ON "Notice"("state", "dueAt");

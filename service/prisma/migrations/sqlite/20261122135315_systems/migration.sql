-- CreateTable
CREATE TABLE "SystemClient" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "accountId" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "secretHash" TEXT NOT NULL,
    "secretSince" DATETIME NOT NULL,
    "formerHash" TEXT,
    "formerUntil" DATETIME
);

-- CreateTable
CREATE TABLE "SystemClientVersion" (
    "clientId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "terms" TEXT NOT NULL,
    "at" DATETIME NOT NULL,
    "by" TEXT NOT NULL,

    PRIMARY KEY ("clientId", "version")
);

-- CreateTable
CREATE TABLE "ClientToken" (
    "tokenHash" TEXT NOT NULL PRIMARY KEY,
    "clientId" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "ClientCalls" (
    "clientId" TEXT NOT NULL,
    "span" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "calls" INTEGER NOT NULL,

    PRIMARY KEY ("clientId", "span", "slot")
);

-- CreateIndex
CREATE UNIQUE INDEX "SystemClient_accountId_key" ON "SystemClient"("accountId");

-- CreateIndex
CREATE INDEX "ClientToken_expiresAt_idx" ON "ClientToken"("expiresAt");

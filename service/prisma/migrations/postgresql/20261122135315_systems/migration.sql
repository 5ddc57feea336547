-- CreateTable
CREATE TABLE "SystemClient" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "secretHash" TEXT NOT NULL,
    "secretSince" TIMESTAMP(3) NOT NULL,
    "formerHash" TEXT,
    "formerUntil" TIMESTAMP(3),

    CONSTRAINT "SystemClient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SystemClientVersion" (
    "clientId" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "terms" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "SystemClientVersion_pkey" PRIMARY KEY ("clientId","version")
);

-- CreateTable
CREATE TABLE "ClientToken" (
    "tokenHash" TEXT NOT NULL,
    "clientId" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ClientToken_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "ClientCalls" (
    "clientId" TEXT NOT NULL,
    "span" TEXT NOT NULL,
    "slot" BIGINT NOT NULL,
    "calls" INTEGER NOT NULL,

    CONSTRAINT "ClientCalls_pkey" PRIMARY KEY ("clientId","span","slot")
);

-- CreateIndex
CREATE UNIQUE INDEX "SystemClient_accountId_key" ON "SystemClient"("accountId");

-- CreateIndex
CREATE INDEX "ClientToken_expiresAt_idx" ON "ClientToken"("expiresAt");

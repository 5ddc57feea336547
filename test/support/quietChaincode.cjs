// fabric-contract-api logs every decorator at info; refusals at error. The level is read once, at import.
process.env.CORE_CHAINCODE_LOGGING_LEVEL ??= 'CRITICAL';
process.env.CORE_CHAINCODE_LOGGING_SHIM ??= 'CRITICAL';

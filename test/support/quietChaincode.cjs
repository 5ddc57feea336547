// fabric-contract-api logs every decorator at info; the level is read once, at import.
process.env.CORE_CHAINCODE_LOGGING_LEVEL ??= 'ERROR';
process.env.CORE_CHAINCODE_LOGGING_SHIM ??= 'ERROR';

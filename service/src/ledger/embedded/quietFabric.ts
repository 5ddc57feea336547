// Fabric's library logs every decorator to standard output and reads its level once, when it is first imported:
// so this module stands before the import of the chaincode.
process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ??= 'CRITICAL';

const { projects } = require('./jest.config.cjs');

const service = projects.find(({ displayName }) => displayName === 'fabric messages');

/** Tests on a real Fabric network; they need Fabric's programs on the PATH or in `FABRIC_BIN`. */
module.exports = {
  ...service,
  displayName: 'fabric',
  testMatch: ['<rootDir>/test/fabric/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  globalSetup: '<rootDir>/test/support/requireFabric.mjs',
  maxWorkers: 1, // a network has eight processes
  testTimeout: 120_000,
};

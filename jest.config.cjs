const { join } = require('node:path');

require('./test/support/quietChaincode.cjs'); // for the workers, and for the services that suites start
process.env.NODE_COMPILE_CACHE ??= join(__dirname, 'node_modules/.cache/node');

const SANDBOX = '<rootDir>/test/support/jest/sandboxEnvironment.cjs';
const ignore = ['/node_modules/', '/dist/'];
/**
 * Two releases of Fabric's messages, the shim's and the gateway's, write into one global: who makes messages by hand runs in a
 * sandbox, with a global of its own.
 */
const FABRIC_MESSAGES = [
  'test/service/ledger/fabric/**/*.test.ts',
  'test/scripts/fabric/**/*.test.ts',
];

/**
 * Chaincode is CommonJS with decorators, which Jest compiles; everything else is ESM that Node runs as it is, in the
 * tests, too. What needs a browser runs by itself (`jest.browser.config.cjs`, `npm run test:browser`).
 */
module.exports = {
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB', // modules stay in memory, and what suites keep in them
  testTimeout: 60_000,
  globalSetup: '<rootDir>/test/support/jest/keepInMemory.mjs',
  globalTeardown: '<rootDir>/test/support/jest/clearMemory.mjs',
  projects: [
    {
      displayName: 'chaincode',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/chaincode/**/*.test.ts'],
      testPathIgnorePatterns: ignore,
      testEnvironment: SANDBOX,
      moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
      transform: {
        '\\.ts$': [
          '@swc/jest',
          {
            module: { type: 'commonjs' },
            jsc: {
              target: 'es2022',
              parser: { syntax: 'typescript', decorators: true },
              transform: { legacyDecorator: true, decoratorMetadata: true },
            },
          },
        ],
      },
    },
    {
      displayName: 'fabric messages',
      rootDir: __dirname,
      testMatch: FABRIC_MESSAGES.map((path) => `<rootDir>/${path}`),
      testPathIgnorePatterns: ignore,
      testEnvironment: SANDBOX,
      setupFiles: ['<rootDir>/test/support/quietChaincode.cjs'],
      extensionsToTreatAsEsm: ['.ts'],
      transform: {
        '\\.ts$': [
          '@swc/jest',
          { module: { type: 'es6' }, jsc: { target: 'es2024', parser: { syntax: 'typescript' } } },
        ],
      },
    },
    {
      displayName: 'service',
      rootDir: __dirname,
      testMatch: [
        '<rootDir>/test/{service,service-fabric-network,scripts,e2e,web,support,corpus,fuzz}/**/*.test.ts',
      ],
      testPathIgnorePatterns: [
        ...ignore,
        '\\.browser\\.test\\.ts$',
        '/test/service/ledger/fabric/',
        '/test/scripts/fabric/',
      ],
      testEnvironment: '<rootDir>/test/support/jest/sharedEnvironment.cjs',
      testRunner: '<rootDir>/test/support/jest/nativeRunner.cjs',
      transform: {},
    },
  ],
};

const ignore = ['/node_modules/', '/dist/'];

/**
 * Chaincode is CommonJS with decorators; everything else is ESM that Node runs as it is.
 * What needs a browser runs by itself (`jest.browser.config.cjs`, `npm run test:browser`).
 */
module.exports = {
  maxWorkers: 2,
  workerIdleMemoryLimit: '1GB', // modules loaded as ESM stay in memory
  testTimeout: 60_000,
  projects: [
    {
      displayName: 'chaincode',
      rootDir: __dirname,
      testMatch: ['<rootDir>/test/chaincode/**/*.test.ts'],
      testPathIgnorePatterns: ignore,
      setupFiles: ['<rootDir>/test/support/quietChaincode.cjs'],
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
      displayName: 'service',
      rootDir: __dirname,
      testMatch: [
        '<rootDir>/test/{service,service-fabric-network,scripts,e2e,web,support,corpus,fuzz}/**/*.test.ts',
      ],
      testPathIgnorePatterns: [...ignore, '\\.browser\\.test\\.ts$'],
      setupFiles: ['<rootDir>/test/support/quietChaincode.cjs'],
      extensionsToTreatAsEsm: ['.ts'],
      transform: {
        '\\.ts$': [
          '@swc/jest',
          {
            module: { type: 'es6' },
            jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
          },
        ],
      },
    },
  ],
};

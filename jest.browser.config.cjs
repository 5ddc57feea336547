const { projects } = require('./jest.config.cjs');

const service = projects.find(({ displayName }) => displayName === 'service');

/** Tests that drive the built page in a real browser. */
module.exports = {
  ...service,
  displayName: 'browser',
  testMatch: ['<rootDir>/test/**/*.browser.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
};

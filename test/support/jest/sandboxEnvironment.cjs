'use strict';
const { TestEnvironment } = require('jest-environment-node');

/**
 * Jest's sandbox without what suites before it left in the worker's own global: a sandbox is handed all that is there when
 * the first one is made, and with it the Fabric messages of another release.
 */
module.exports = class SandboxEnvironment extends TestEnvironment {
  constructor(...args) {
    super(...args);
    delete this.global.proto;
  }
};

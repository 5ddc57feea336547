'use strict';
const { ModuleMocker } = require('jest-mock');

/** The process itself as a test environment: no sandbox. What a suite changes in `process.env` is put back. */
module.exports = class SharedEnvironment {
  /** For Jest's own use; suites see the process's. */
  global = {};
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern = null;
  #env = { ...process.env };

  async setup() {}

  async teardown() {
    for (const name of Object.keys(process.env)) {
      if (!(name in this.#env)) delete process.env[name];
    }
    Object.assign(process.env, this.#env);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
};

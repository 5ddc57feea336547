'use strict';
/**
 * Runs a suite with Jest's own framework, but Node itself loads it: TypeScript with its types stripped, as the service
 * runs, and each module once a worker instead of once a suite (test/README.md).
 */
const { registerHooks } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const circus = require('jest-circus/runner').default;

const GLOBALS = pathToFileURL(join(__dirname, 'jestGlobals.mjs')).href;
const MOCKS = ['fn', 'spyOn', 'restoreAllMocks'];

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals'
      ? { url: GLOBALS, format: 'module', shortCircuit: true }
      : next(specifier, context),
});

module.exports = async function nativeRunner(globalConfig, config, environment, runtime, ...rest) {
  const { moduleMocker } = environment;
  const jest = Object.fromEntries(
    MOCKS.map((name) => [name, moduleMocker[name].bind(moduleMocker)]),
  );
  Object.assign(runtime, {
    requireInternalModule: requireAnew,
    unstable_shouldLoadAsEsm: () => true,
    unstable_importModule: (path) => import(pathToFileURL(path).href),
    setGlobalsForRuntime(globals) {
      globalThis[Symbol.for('yinxin.jest')] = { ...globals, jest };
    },
  });
  return await circus(globalConfig, config, environment, runtime, ...rest);
};

/** The framework keeps the tests of a suite in its module. */
function requireAnew(path) {
  delete require.cache[path];
  return require(path);
}

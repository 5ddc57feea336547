/**
 * `@jest/globals` for modules that outlive a suite: each name leads to what the running suite has under it.
 */
const current = () => globalThis[Symbol.for('yinxin.jest')];

const leadTo = (name) =>
  new Proxy(() => {}, {
    apply: (_, self, given) => Reflect.apply(current()[name], self, given),
    get: (_, member) => current()[name][member],
  });

export const afterAll = leadTo('afterAll');
export const afterEach = leadTo('afterEach');
export const beforeAll = leadTo('beforeAll');
export const beforeEach = leadTo('beforeEach');
export const describe = leadTo('describe');
export const expect = leadTo('expect');
export const it = leadTo('it');
export const jest = leadTo('jest');

import { describe, expect, it } from '@jest/globals';

import { createBoundedCache } from '../../../service/src/keys/boundedCache.ts';

describe('createBoundedCache', () => {
  it('forgets what was used longest ago', () => {
    const cache = createBoundedCache<number>(2);
    cache.set('a', 1);
    cache.set('b', 2);

    cache.get('a');
    cache.set('c', 3);

    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });

  it('keeps one value a key', () => {
    const cache = createBoundedCache<number>(2);

    cache.set('a', 1);
    cache.set('a', 2);
    cache.set('b', 3);

    expect([cache.get('a'), cache.get('b')]).toEqual([2, 3]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ServiceError } from '../../../../service/src/errors.ts';
import {
  stampIfInReach,
  tokenRoomFor,
} from '../../../../service/src/pki/timeStamp/stampIfInReach.ts';
import type { TimeStamper } from '../../../../service/src/pki/timeStamp/timeStamper.ts';

const DATA = Uint8Array.of(1, 2, 3);
const TOKEN = new Uint8Array(100).fill(7);

const stamper = (stamp: TimeStamper['stamp']): TimeStamper => ({ stamp });
const stamping = stamper(() => Promise.resolve(TOKEN));
const failing = (error: Error): TimeStamper => stamper(() => Promise.reject(error));

describe('stampIfInReach', () => {
  it('stamps nothing without an authority', async () => {
    expect(await stampIfInReach(null, DATA, { algorithm: 'SM2' })).toEqual({
      token: null,
      state: 'none',
    });
  });

  it.each(['SM2', 'ES256'] as const)('asks for a token over the data by %s', async (algorithm) => {
    const asked: unknown[] = [];
    const authority = stamper((...question) => {
      asked.push(question);
      return Promise.resolve(TOKEN);
    });

    const answer = await stampIfInReach(authority, DATA, { algorithm });

    expect(answer).toEqual({ token: TOKEN, state: 'stamped' });
    expect(asked).toEqual([[DATA, algorithm]]);
  });

  it('goes on without a token while no authority is in reach', async () => {
    const authority = failing(new ServiceError('TSA_UNAVAILABLE', 'no answer'));

    expect(await stampIfInReach(authority, DATA, { algorithm: 'ES256' })).toEqual({
      token: null,
      state: 'pending',
    });
  });

  it('takes a token that just fits, and a longer one for none yet', async () => {
    const stampWithin = (maxBytes: number): Promise<unknown> =>
      stampIfInReach(stamping, DATA, { algorithm: 'ES256', maxBytes });

    expect(await stampWithin(100)).toEqual({ token: TOKEN, state: 'stamped' });
    expect(await stampWithin(99)).toEqual({ token: null, state: 'pending' });
  });

  it.each([new ServiceError('KEY_UNFIT', 'expired'), new TypeError('a fault of ours')])(
    'hides no other failure: %s',
    async (error) => {
      await expect(stampIfInReach(failing(error), DATA, { algorithm: 'SM2' })).rejects.toBe(error);
    },
  );
});

describe('tokenRoomFor', () => {
  it('leaves what the authority says, 8 KiB if it does not say, nothing without one', () => {
    expect(tokenRoomFor({ ...stamping, maxTokenBytes: 3000 })).toBe(3000);
    expect(tokenRoomFor(stamping)).toBe(8192);
    expect(tokenRoomFor(null)).toBe(0);
  });
});

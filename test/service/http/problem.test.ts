import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, ServiceError } from '../../../service/src/errors.ts';
import { PROBLEMS, retryAfterOf, toProblem } from '../../../service/src/http/problem.ts';

describe('toProblem', () => {
  it.each(ERROR_CODES)('gives %s a status and a title', (code) => {
    const problem = toProblem(new ServiceError(code, 'a sentence'), 'r1');

    expect(problem).toMatchObject({ code, type: `urn:yinxin:problem:${code}`, requestId: 'r1' });
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem.title).not.toBe('');
  });

  it('says code, sentence and faults', () => {
    const faults = [{ pointer: '/name', detail: 'is missing' }];
    const error = new ServiceError('REQUEST_MALFORMED', 'not as described', { faults });

    expect(toProblem(error, 'r1')).toEqual({
      type: 'urn:yinxin:problem:REQUEST_MALFORMED',
      title: 'Request malformed',
      status: 400,
      detail: 'not as described',
      code: 'REQUEST_MALFORMED',
      requestId: 'r1',
      faults,
    });
  });

  it.each([
    ['an error nobody knows', new Error('secret')],
    ['no error at all', 'secret'],
    ['null', null],
    ['a ledger that only operators can mend', new ServiceError('LEDGER_CORRUPT', 'secret')],
  ])('says nothing of %s', (_, error) => {
    const problem = toProblem(error, 'r1');

    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
  });

  it('blames the client for a path that cannot be decoded', () => {
    expect(toProblem(new URIError('URI malformed'), 'r1').status).toBe(400);
  });

  it('is 401 only where signing in may help', () => {
    const codes = ERROR_CODES.filter((code) => PROBLEMS[code].status === 401);

    expect(codes).toEqual(['NOT_AUTHENTICATED', 'CREDENTIALS_WRONG', 'IDENTITY_REFUSED']);
  });
});

describe('retryAfterOf', () => {
  it('takes the error’s own word', () => {
    const error = new ServiceError('RATE_LIMITED', 'slowly', { retryAfterSeconds: 42 });

    expect(retryAfterOf(error)).toBe(42);
  });

  it.each(ERROR_CODES.filter((code) => PROBLEMS[code].status === 503))('is known of %s', (code) => {
    expect(retryAfterOf(new ServiceError(code, 'later'))).toBeGreaterThan(0);
  });

  it('is null where asking again changes nothing', () => {
    expect(retryAfterOf(new ServiceError('LICENCE_NOT_FOUND', 'no'))).toBeNull();
    expect(retryAfterOf(new Error('no'))).toBeNull();
  });
});

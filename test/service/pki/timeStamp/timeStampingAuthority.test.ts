import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OID } from '../../../../service/src/pki/cms/cmsOids.ts';
import { parseCms } from '../../../../service/src/pki/cms/cmsParsing.ts';
import {
  encodeBoolean,
  encodeDer,
  encodeExplicit,
  encodeOctets,
  encodeOid,
  encodeSequence,
  encodeSmallInteger,
} from '../../../../service/src/pki/derEncoding.ts';
import { readTokenInfo } from '../../../../service/src/pki/timeStamp/timeStampInfo.ts';
import { readTimeStampResponse } from '../../../../service/src/pki/timeStamp/timeStampResponse.ts';
import {
  createTimeStampingAuthority,
  TIME_STAMP_POLICY,
  type TimeStampingAuthority,
} from '../../../../service/src/pki/timeStamp/timeStampingAuthority.ts';
import { verifyTimeStamp } from '../../../../service/src/pki/timeStamp/verifyTimeStamp.ts';
import { conclude } from '../../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../../support/openssl.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;
const DATA = Buffer.from('signature value');

let city: TestCity;
let tsa: TimeStampingAuthority;
const clock = { now: () => new Date() };
beforeAll(async () => {
  city = await testCity(clock);
  tsa = createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
});

const digestOf = (hash: string): Uint8Array => createHash(hash).update(DATA).digest();

interface RequestParts {
  readonly version?: number;
  readonly hash?: string;
  readonly digest?: Uint8Array;
  readonly rest?: readonly Uint8Array[];
}

function request({
  version = 1,
  hash = OID.sha256,
  digest = digestOf('sha256'),
  rest = [],
}: RequestParts = {}): Uint8Array {
  const imprint = encodeSequence(encodeSequence(encodeOid(hash)), encodeOctets(digest));
  return encodeSequence(encodeSmallInteger(version), imprint, ...rest);
}

async function tokenFor(parts: RequestParts): Promise<Uint8Array> {
  const { status, token } = readTimeStampResponse(await tsa.respond(request(parts)));
  expect(status).toBe('granted');
  return token!;
}

describe('the time-stamping authority', () => {
  it.each([
    ['SHA-256', OID.sha256, 'sha256', OID.ecdsaWithSha256],
    ['SHA-384', OID.sha384, 'sha384', OID.ecdsaWithSha256],
    ['SHA-512', OID.sha512, 'sha512', OID.ecdsaWithSha256],
    ['SM3', OID.sm3, 'sm3', OID.sm2WithSm3],
  ])('stamps a %s digest', async (_, hash, name, signatureAlgorithm) => {
    const token = await tokenFor({ hash, digest: digestOf(name), rest: [encodeBoolean(true)] });

    expect(parseCms(token).signatureAlgorithm.oid).toBe(signatureAlgorithm);
    const question = { name: 'x', token, stamped: [DATA], trust: city.trust, at: clock.now() };
    const { checks, provenAt, isSealedUp } = verifyTimeStamp(question);
    expect(conclude(checks).indication).toBe('TOTAL-PASSED');
    expect(Math.abs(provenAt!.getTime() - Date.now())).toBeLessThan(60_000);
    expect(isSealedUp).toBe(true);
  });

  it('repeats the nonce and names its policy', async () => {
    const nonce = Uint8Array.of(0x00, 0xff, 0x17);

    const info = readTokenInfo(parseCms(await tokenFor({ rest: [encodeDer(0x02, nonce)] })));

    expect(info).toMatchObject({ nonce: '00ff17', policy: TIME_STAMP_POLICY, accuracyMs: 1000 });
  });

  it.each([
    ['holds its certificates on demand', [encodeBoolean(true)], 2],
    ['holds none otherwise', [], 0],
  ])('%s', async (_, rest, count) => {
    expect(parseCms(await tokenFor({ rest })).certificates).toHaveLength(count);
  });

  it('never gives a serial number twice, also not after a restart', async () => {
    const restarted = createTimeStampingAuthority({ signers: city.pki.timeStampers, clock });
    const tokens: Uint8Array[] = [];
    for (let n = 0; n < 20; n++)
      for (const one of [tsa, restarted]) tokens.push(await one.stamp(DATA, 'ES256'));

    const serials = tokens.map((token) => readTokenInfo(parseCms(token)).serialNumber);
    expect(new Set(serials).size).toBe(tokens.length);
    for (const serial of serials) expect(serial.length / 2).toBeLessThanOrEqual(20);
  });

  it.each<[string, RequestParts, string]>([
    ['a weak digest', { hash: OID.sha1, digest: new Uint8Array(20) }, 'badAlg'],
    ['an unknown digest', { hash: '1.2.3.4' }, 'badAlg'],
    ['a digest of the wrong length', { digest: new Uint8Array(31) }, 'badDataFormat'],
    ['another version', { version: 2 }, 'badRequest'],
    ['another policy', { rest: [encodeOid('1.2.3.4')] }, 'unacceptedPolicy'],
    ['an extension', { rest: [encodeExplicit(0)] }, 'unacceptedExtension'],
    ['a nonce without end', { rest: [encodeDer(0x02, new Uint8Array(65).fill(1))] }, 'badRequest'],
    ['members to spare', { rest: [encodeBoolean(true), encodeBoolean(true)] }, 'badDataFormat'],
  ])('refuses %s', async (_, parts, failure) => {
    expect(readTimeStampResponse(await tsa.respond(request(parts)))).toStrictEqual({
      status: 'rejection',
      failure,
      token: null,
    });
  });

  it('takes its own policy', async () => {
    expect(await tokenFor({ rest: [encodeOid(TIME_STAMP_POLICY)] })).toBeInstanceOf(Uint8Array);
  });

  it('refuses what is no request, whatever it is', async () => {
    const good = request({ rest: [encodeDer(0x02, randomBytes(8)), encodeBoolean(true)] });
    const noise = fc.uint8Array({ maxLength: 200 });
    const changed = fc
      .tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }))
      .map(([place, value]) => good.with(place, value));
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, changed), async (bytes) => {
        const { status } = readTimeStampResponse(await tsa.respond(bytes));
        expect(['granted', 'rejection']).toContain(status);
      }),
      { numRuns: 500 },
    );
    const { failure } = readTimeStampResponse(await tsa.respond(new Uint8Array(10_000)));
    expect(failure).toBe('badDataFormat');
  });

  it('does not stamp with a key for something else', () => {
    const signers = { ...city.pki.timeStampers, ES256: city.node };

    expect(() => createTimeStampingAuthority({ signers, clock })).toThrow(
      expect.objectContaining({ code: 'KEY_UNFIT' }),
    );
  });
});

describe('once its key has ended', () => {
  it('answers that it does not stamp at present', async () => {
    const later = { now: () => new Date('2050-01-01T00:00:00Z') };
    let now = clock;
    const old = await testCity({ now: () => now.now() });
    const ended = createTimeStampingAuthority({ signers: old.pki.timeStampers, clock: later });
    now = later;

    const { status, failure } = readTimeStampResponse(await ended.respond(request()));

    expect([status, failure]).toStrictEqual(['rejection', 'systemFailure']);
    await expect(ended.stamp(DATA, 'SM2')).rejects.toMatchObject({ code: 'TSA_UNAVAILABLE' });
  });
});

describeOpenssl('what openssl says of it', () => {
  it.each(['sha256', 'sha512'])('verifies a response to its own query, %s', async (hash) => {
    const query = runOpenssl(['ts', '-query', '-data', 'data', `-${hash}`, '-cert'], {
      data: DATA,
    });
    const response = await tsa.respond(query);

    const files = { query, response, 'roots.pem': city.rootsPem };
    const said = runOpenssl(
      ['ts', '-verify', '-in', 'response', '-queryfile', 'query', '-CAfile', 'roots.pem'],
      files,
    );

    expect(said.toString()).toContain('Verification: OK');
  });

  it('verifies a token without certificates, given them', async () => {
    const query = runOpenssl(['ts', '-query', '-data', 'data', '-sha256'], { data: DATA });
    const response = await tsa.respond(query);
    const [leaf] = city.timeStamper.certificationPath;
    const stamper = runOpenssl(['x509', '-inform', 'DER', '-in', 'leaf'], { leaf: leaf! });

    const said = runOpenssl(
      [
        ...['ts', '-verify', '-in', 'response', '-queryfile', 'query', '-CAfile', 'roots.pem'],
        ...['-untrusted', 'untrusted.pem'],
      ],
      {
        ...{ query, response, 'roots.pem': city.rootsPem },
        'untrusted.pem': city.intermediatesPem + stamper.toString(),
      },
    );

    expect(said.toString()).toContain('Verification: OK');
  });
});

import { createPrivateKey, createPublicKey } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { fromDerSignature, toDerSignature } from '../../../service/src/keys/signatureValue.ts';
import {
  computeUserDigest,
  generateSm2KeyPair,
  isSm2Point,
  signSm2,
  verifySm2,
} from '../../../service/src/keys/sm2.ts';
import { hasOpenssl, runOpenssl } from '../../support/openssl.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const N = BigInt('0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
const toHex = (value: bigint): string => value.toString(16).padStart(64, '0');

// GB/T 32918.5: message, key and signature of the standard's own example
const EXAMPLE = {
  message: Buffer.from('message digest'),
  point: hex(
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
      'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  r: 'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3',
  s: 'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
};

describe('verifySm2', () => {
  const verify = (r: string, s: string): boolean =>
    verifySm2(EXAMPLE.point, EXAMPLE.message, hex(r + s));

  it('accepts the example of the standard', () => {
    expect(verify(EXAMPLE.r, EXAMPLE.s)).toBe(true);
  });

  it.each([
    ['r = 0', toHex(0n), EXAMPLE.s],
    ['s = 0', EXAMPLE.r, toHex(0n)],
    ['r = n', toHex(N), EXAMPLE.s],
    ['s = n', EXAMPLE.r, toHex(N)],
    ['r of 2²⁵⁶ − 1', 'ff'.repeat(32), EXAMPLE.s],
    ['r + s = n', EXAMPLE.r, toHex(N - BigInt(`0x${EXAMPLE.r}`))],
    ['r and s exchanged', EXAMPLE.s, EXAMPLE.r],
    ['n − s, which plain ECDSA would take', EXAMPLE.r, toHex(N - BigInt(`0x${EXAMPLE.s}`))],
  ])('refuses %s', (_, r, s) => {
    expect(verify(r, s)).toBe(false);
  });

  it.each([
    [
      'a compressed point',
      hex(`0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020`),
    ],
    ['a hybrid point', Uint8Array.from([0x07, ...EXAMPLE.point.subarray(1)])],
    ['a point off the curve', EXAMPLE.point.with(64, EXAMPLE.point[64]! ^ 1)],
    ['the point of all zeros', Uint8Array.from([0x04, ...new Uint8Array(64)])],
    ['coordinates not below p', Uint8Array.from([0x04, ...new Uint8Array(64).fill(0xff)])],
    ['infinity', Uint8Array.of(0)],
    ['nothing', new Uint8Array()],
  ])('refuses %s as public key', (_, point) => {
    expect(verifySm2(point, EXAMPLE.message, hex(EXAMPLE.r + EXAMPLE.s))).toBe(false);
    expect(isSm2Point(point)).toBe(false);
  });

  it('refuses a signature of another length', () => {
    const signature = hex(EXAMPLE.r + EXAMPLE.s);

    expect(verifySm2(EXAMPLE.point, EXAMPLE.message, signature.subarray(1))).toBe(false);
    expect(verifySm2(EXAMPLE.point, EXAMPLE.message, Uint8Array.from([...signature, 0]))).toBe(
      false,
    );
  });
});

describe('computeUserDigest', () => {
  it('gives Z of the example', () => {
    expect(Buffer.from(computeUserDigest(EXAMPLE.point)).toString('hex')).toBe(EXAMPLE.z);
  });
});

describe('signSm2', () => {
  const { privateKey, spki } = generateSm2KeyPair();
  const point = spki.subarray(26);
  const bytes = Buffer.from('签章');

  it('yields what verifySm2 accepts, and for these bytes only', () => {
    const signature = signSm2(privateKey, bytes);

    expect(signature).toHaveLength(64);
    expect(verifySm2(point, bytes, signature)).toBe(true);
    expect(verifySm2(point, Buffer.from('签名'), signature)).toBe(false);
    expect(verifySm2(EXAMPLE.point, bytes, signature)).toBe(false);
  });

  it('takes a fresh nonce each time', () => {
    const signatures = Array.from({ length: 50 }, () =>
      Buffer.from(signSm2(privateKey, bytes)).toString('hex'),
    );

    expect(new Set(signatures.map((signature) => signature.slice(0, 64))).size).toBe(50);
  });

  it('signs an empty message', () => {
    expect(verifySm2(point, new Uint8Array(), signSm2(privateKey, new Uint8Array()))).toBe(true);
  });

  it('signs with a key that was written and read again', () => {
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const again = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });

    expect(verifySm2(point, bytes, signSm2(again, bytes))).toBe(true);
  });
});

const describeOpenssl = hasOpenssl ? describe : describe.skip;

describeOpenssl('SM2 beside the openssl command', () => {
  const bytes = Buffer.from('two implementations, one signature');

  it('is verified there', () => {
    const { privateKey, spki } = generateSm2KeyPair();
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });

    const output = runOpenssl(
      'dgst -sm3 -verify key.pem -signature value -sigopt distid:1234567812345678 message'.split(
        ' ',
      ),
      {
        'key.pem': key.export({ format: 'pem', type: 'spki' }),
        value: toDerSignature(signSm2(privateKey, bytes)),
        message: bytes,
      },
    );

    expect(output.toString()).toContain('Verified OK');
  });

  it('verifies what is signed there', () => {
    const pem = runOpenssl('genpkey -algorithm SM2'.split(' ')).toString();
    const value = runOpenssl(
      'dgst -sm3 -sign key.pem -sigopt distid:1234567812345678 message'.split(' '),
      {
        'key.pem': pem,
        message: bytes,
      },
    );

    const point = createPublicKey(pem).export({ format: 'der', type: 'spki' }).subarray(-65);

    expect(verifySm2(point, bytes, fromDerSignature(value)!)).toBe(true);
  });
});

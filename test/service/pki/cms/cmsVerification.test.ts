import { beforeAll, describe, expect, it } from '@jest/globals';

import { signPdf } from '../../../../service/src/documents/pdf/signPdf.ts';
import { verifyPdf } from '../../../../service/src/documents/pdf/verifyPdf.ts';
import { toDerSignature } from '../../../../service/src/keys/signatureValue.ts';
import { parseTrustStore, type TrustStore } from '../../../../service/src/pki/trustStore.ts';
import { conclude, type Check } from '../../../../service/src/report.ts';
import { hasOpenssl, runOpenssl } from '../../../support/openssl.ts';
import { buildPdfContent, buildPdfSeal, sealedPdf } from '../../../support/pdfSamples.ts';
import { testCity, type TestCity } from '../../../support/testCa.ts';

const describeOpenssl = hasOpenssl ? describe : describe.skip;

interface Identity {
  readonly key: string;
  readonly certificate: string;
}

/** A root or, given an issuer, a leaf. @param newKey - arguments of `openssl genpkey`. */
function makeIdentity(
  newKey: readonly string[],
  extensions: readonly string[],
  issuer?: Identity,
): Identity {
  const key = runOpenssl(['genpkey', ...newKey]).toString();
  const subject = issuer === undefined ? '/CN=Foreign root' : '/CN=Foreign signer';
  const certificate = runOpenssl(
    [
      ...['req', '-x509', '-new', '-key', 'key.pem', '-subj', subject, '-days', '30'],
      ...extensions.flatMap((extension) => ['-addext', extension]),
      ...(issuer === undefined ? [] : ['-CA', 'ca.pem', '-CAkey', 'ca.key']),
    ],
    {
      'key.pem': key,
      ...(issuer === undefined ? {} : { 'ca.pem': issuer.certificate, 'ca.key': issuer.key }),
    },
  ).toString();
  return { key, certificate };
}

const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
const K256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'];
const CA = ['keyUsage=critical,keyCertSign,cRLSign'];
const SIGNER = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];

/** A sealed PDF with the CMS of somebody else in the place of ours. */
function replaceCms(pdf: Uint8Array, makeCms: (signed: Uint8Array) => Uint8Array): Buffer {
  const text = Buffer.from(pdf).toString('latin1');
  const start = text.indexOf('/Contents<') + '/Contents<'.length;
  const end = text.indexOf('>', start);
  const signed = Buffer.concat([pdf.subarray(0, start - 1), pdf.subarray(end + 1)]);
  const hex = Buffer.from(makeCms(signed)).toString('hex');
  return Buffer.from(
    text.slice(0, start) + hex.padEnd(end - start, '0') + text.slice(end),
    'latin1',
  );
}

describeOpenssl('verifyPdf of signatures that openssl made', () => {
  let city: TestCity;
  let root: Identity;
  let trust: TrustStore;
  let blank: Uint8Array;

  beforeAll(async () => {
    city = await testCity();
    root = makeIdentity(RSA, CA);
    trust = parseTrustStore(root.certificate);
    blank = await sealedPdf(city.documentSignerEs256, {}, { timeStampReserveBytes: 8000 });
  });

  const sign =
    (signer: Identity, ...options: readonly string[]) =>
    (signed: Uint8Array): Uint8Array =>
      runOpenssl(
        [
          ...['cms', '-sign', '-binary', '-in', 'in', '-outform', 'DER', '-nosmimecap'],
          ...['-signer', 'signer.pem', '-inkey', 'key.pem', ...options],
        ],
        { in: signed, 'signer.pem': signer.certificate, 'key.pem': signer.key },
      );

  function checksOf(pdf: Uint8Array): readonly Check[] {
    const [signature] = verifyPdf(pdf, { trust, at: new Date() }).signatures;
    return signature!.checks;
  }

  const outcomeOf = (pdf: Uint8Array, name: string): string => {
    const check = checksOf(pdf).find((one) => one.name === name)!;
    return `${check.indication} ${check.subIndication}`;
  };

  it.each([
    ['RSA with PKCS #1 padding', RSA, ['-cades']],
    ['RSA with SHA-512', RSA, ['-cades', '-md', 'sha512']],
    [
      'RSASSA-PSS',
      RSA,
      ['-cades', '-keyopt', 'rsa_padding_mode:pss', '-keyopt', 'rsa_pss_saltlen:32'],
    ],
    ['ECDSA on P-256', EC, ['-cades']],
    ['ECDSA on P-256 with SHA-384', EC, ['-cades', '-md', 'sha384']],
    ['a signer named by key identifier', EC, ['-cades', '-keyid']],
  ])('passes %s', (_what, newKey, options) => {
    const signer = makeIdentity(newKey, SIGNER, root);
    const pdf = replaceCms(blank, sign(signer, ...options));

    expect(conclude(checksOf(pdf))).toEqual({ indication: 'TOTAL-PASSED', subIndication: null });
    expect(conclude(checksOf(pdf)).indication).toBe('TOTAL-PASSED');
  });

  it('finds changed content under a foreign signature', () => {
    const pdf = replaceCms(blank, sign(makeIdentity(RSA, SIGNER, root), '-cades'));
    pdf[pdf.indexOf('/MediaBox[0') + 10] = 0x31;

    expect(outcomeOf(pdf, 'pdf.messageDigest')).toBe('TOTAL-FAILED HASH_FAILURE');
  });

  it('finds a signature value that is not the signer’s', () => {
    const mine = makeIdentity(EC, SIGNER, root);
    const pdf = replaceCms(blank, (signed) => {
      const cms = Buffer.from(sign(mine, '-cades')(signed));
      cms[cms.length - 1]! ^= 1;
      return cms;
    });

    expect(outcomeOf(pdf, 'pdf.signatureValue')).toBe('TOTAL-FAILED SIG_CRYPTO_FAILURE');
  });

  it('fails a PAdES signature that does not name its certificate', () => {
    const pdf = replaceCms(blank, sign(makeIdentity(EC, SIGNER, root)));

    expect(outcomeOf(pdf, 'pdf.signingCertificate')).toBe('TOTAL-FAILED FORMAT_FAILURE');
  });

  it('fails content of its own inside the CMS', () => {
    const pdf = replaceCms(blank, () =>
      sign(makeIdentity(EC, SIGNER, root), '-cades', '-nodetach')(Buffer.from('x')),
    );

    expect(outcomeOf(pdf, 'pdf.format')).toBe('TOTAL-FAILED FORMAT_FAILURE');
  });

  it.each([
    ['a SHA-1 digest', RSA, ['-cades', '-md', 'sha1'], 'pdf.messageDigest'],
    [
      'a key of 1024 bits',
      ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
      ['-cades'],
      'pdf.signatureValue',
    ],
    ['a curve that is not in use', K256, ['-cades'], 'pdf.signatureValue'],
  ])('cannot tell from %s', (_what, newKey, options, name) => {
    const pdf = replaceCms(blank, sign(makeIdentity(newKey, SIGNER, root), ...options));

    expect(outcomeOf(pdf, name)).toBe('INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE');
  });

  it('does not take a certificate that is meant for time-stamps', () => {
    const extensions = [...SIGNER, 'extendedKeyUsage=critical,timeStamping'];
    const pdf = replaceCms(blank, sign(makeIdentity(EC, extensions, root), '-cades'));

    expect(outcomeOf(pdf, 'pdf.keyUsage')).toBe('INDETERMINATE CERTIFICATE_CONSTRAINTS_FAILURE');
  });

  it('answers when the signer’s certificate is missing', () => {
    const pdf = replaceCms(blank, sign(makeIdentity(EC, SIGNER, root), '-cades', '-nocerts'));

    expect(outcomeOf(pdf, 'pdf.signerCertificate')).toBe(
      'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  describe('with a time-stamp', () => {
    let stamped: Uint8Array;
    let both: TrustStore;

    beforeAll(async () => {
      const extensions = [...SIGNER, 'extendedKeyUsage=critical,timeStamping'];
      const tsa = makeIdentity(EC, extensions, root);
      const prepared = signPdf(
        buildPdfContent(),
        buildPdfSeal(city.documentSignerEs256, { timeStampReserveBytes: 4000 }),
      );
      const signature = await city.documentSignerEs256.sign(prepared.toBeSigned);
      stamped = prepared.complete(signature, makeToken(tsa, toDerSignature(signature)));
      both = parseTrustStore(city.rootsPem + root.certificate, city.intermediatesPem);
    });

    /** `openssl ts` wants a configuration file and answers with a response: status, then the token. */
    function makeToken(tsa: Identity, value: Uint8Array): Uint8Array {
      const query = runOpenssl(['ts', '-query', '-data', 'value', '-sha256', '-cert'], { value });
      const configuration = [
        '[tsa]\ndefault_tsa = a\n[a]\nserial = serial\nsigner_cert = tsa.pem\nsigner_key = tsa.key',
        'signer_digest = sha256\ndefault_policy = 1.2.3\ndigests = sha256\ness_cert_id_alg = sha256',
      ].join('\n');
      return runOpenssl(
        ['ts', '-reply', '-config', 'ts.cnf', '-queryfile', 'query', '-token_out'],
        {
          'ts.cnf': configuration,
          query,
          serial: '01',
          'tsa.pem': tsa.certificate,
          'tsa.key': tsa.key,
        },
      );
    }

    const verify = (pdf: Uint8Array, requireOwnForm: boolean): ReturnType<typeof verifyPdf> =>
      verifyPdf(pdf, { trust: both, at: new Date(), requireOwnForm });

    it('tells the time that it proves', () => {
      const [signature] = verify(stamped, true).signatures;

      expect(conclude(signature!.checks).indication).toBe('TOTAL-PASSED');
      expect(signature!.timeStampedAt!.getTime()).toBeGreaterThan(Date.now() - 60_000);
      expect(signature!.timeStampToken).not.toBeNull();
    });

    it('proves nothing under other roots, and then our own form cannot be judged', () => {
      const question = { trust: city.trust, at: new Date() };
      const [foreign] = verifyPdf(stamped, question).signatures;
      const [own] = verifyPdf(stamped, { ...question, requireOwnForm: true }).signatures;

      expect(conclude(foreign!.checks).indication).toBe('TOTAL-PASSED');
      expect(foreign!.timeStampedAt).toBeNull();
      expect(conclude(own!.checks).indication).toBe('INDETERMINATE');
    });

    it('passes no changed byte of the token', () => {
      const text = Buffer.from(stamped).toString('latin1');
      const start = text.indexOf('/Contents<') + '/Contents<'.length + 2200;
      const end = text.indexOf('00000000', start);
      for (let offset = start; offset < end; offset += 37) {
        const changed = Buffer.from(stamped);
        changed[offset] = changed[offset] === 0x30 ? 0x31 : 0x30;

        expect([
          offset,
          conclude(verify(changed, true).signatures[0]!.checks).indication,
        ]).not.toEqual([offset, 'TOTAL-PASSED']);
      }
    });
  });
});

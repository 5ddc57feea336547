/** Receipts without network: the service and the page say the same of signature, issuer and time. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeDigits, encodeDigits } from '../../../service/src/credentials/digits.ts';
import { signJws } from '../../../service/src/credentials/jws.ts';
import { parseReceiptJws, RECEIPT_TYPE } from '../../../service/src/credentials/receipt.ts';
import { encodeReceiptFile } from '../../../service/src/credentials/receiptFile.ts';
import { actOnLicence } from '../../../service/src/licences/actOnLicence.ts';
import { signReceiptCode } from '../../../service/src/receipts/receiptCodeOf.ts';
import { mutate, mutations } from '../../support/mutations.ts';
import { makeReceipt } from '../../support/receiptCity.ts';
import { testClock } from '../../support/testClock.ts';
import { TEST_ORGANISATIONS, testService, type TestService } from '../../support/testService.ts';
import type { Answer } from '../../../web/src/api.ts';
import { answerOffline } from '../../../web/src/offline/verifier.ts';
import { judgeInPage, judgeInService, type Trial } from './judges.ts';

const clock = testClock('2026-06-01T02:00:00.000Z');
let city: TestService;
let jws: string;
let file: string;
let code: string;
let bundle: string;

beforeAll(async () => {
  city = await testService({ clock });
  const { service, people } = city;
  const [good, revoked] = [await city.issue(), await city.issue()];
  clock.advance(1000);
  await actOnLicence(service.licences, people.maker, revoked.identifier, {
    ...{ name: 'revoke', reason: 'other', effectiveFrom: null },
  });
  clock.advance(1000);
  const seen = [good, revoked].map(({ identifier }) => ({ identifier, fields: [] }));
  ({ jws } = await makeReceipt(city, seen));
  file = encodeReceiptFile({ receipt: jws, proofs: null, timeStamp: null });
  const { content } = parseReceiptJws(jws);
  const { codeSigner: signer } = await service.pki.authority(content.issuer);
  const publicUrl = 'http://127.0.0.1:8080';
  ({ text: code } = await signReceiptCode({ content, jws }, { signer, publicUrl }));
  clock.advance(1000);
  bundle = await service.trustParts.publishBundle();
});
afterAll(async () => {
  await city.remove();
});

const trialOf = (text: string, now = clock.now()): Trial => ({
  ...{ code: text, bundle, rootsPem: city.service.pki.rootsPem, now },
});

async function expectSame(trial: Trial, verdict: string): Promise<void> {
  for (const language of ['en', 'zh-CN'] as const) {
    const inPage = await judgeInPage(trial, language);
    expect(inPage).toEqual(judgeInService(trial, language));
    expect(inPage.verdict).toBe(verdict);
  }
}

describe('a receipt', () => {
  it('passes as file, as JWS and as code, and says what was told then', async () => {
    await expectSame(trialOf(file), 'TOTAL-PASSED');
    await expectSame(trialOf(jws), 'TOTAL-PASSED');
    await expectSame(trialOf(code), 'TOTAL-PASSED');

    const { statement } = await judgeInPage(trialOf(file));
    expect(statement).toMatch(/was in force; .*was REVOKED \(no exemption\)/);
  });

  it('is known among files by its content; other files need the service', async () => {
    const { issuedAt, expiresAt } = JSON.parse(
      Buffer.from(bundle.split('.')[1]!, 'base64url').toString(),
    ) as Record<'issuedAt' | 'expiresAt', string>; // the members that are asked for
    const facts = {
      ...{ origin: '', rootsPem: city.service.pki.rootsPem, rootsChangedAt: null },
      ...{ issuedAt, expiresAt },
    };
    const kept = { facts, bundle, now: clock.now(), language: 'en' } as const;
    const ask = (content: string): Promise<Answer> =>
      answerOffline({ kind: 'file', file: new File([content], 'a file.pdf') }, kept);

    expect(await ask(file)).toMatchObject({
      kind: 'report',
      report: { indication: 'TOTAL-PASSED' },
    });
    expect(await ask('%PDF-1.7')).toEqual({ kind: 'unreachable', isOfflineForCodesOnly: true });
    expect(await ask('{"type":"yinxin-receipt"}')).toMatchObject({ kind: 'problem' });
  });

  it('by somebody else than the issuer it names is refused', async () => {
    const { payload } = parseReceiptJws(jws).jws;
    const { credentialSigner } = await city.service.pki.authority(TEST_ORGANISATIONS.health);
    const forged = await signJws(RECEIPT_TYPE, payload, credentialSigner);

    await expectSame(trialOf(forged), 'TOTAL-FAILED CERTIFICATE_CONSTRAINTS_FAILURE');
  });

  it('from the future is refused', async () => {
    const early = new Date(parseReceiptJws(jws).content.at.getTime() - 400_000);
    const inPage = await judgeInPage(trialOf(jws, early));

    expect(inPage.verdict).toBe('TOTAL-FAILED NOT_YET_VALID');
    expect(inPage.verdict).toBe(judgeInService(trialOf(jws, early)).verdict);
  });

  it.each([
    ['a member twice', (text: string) => text.replace('"version":1', '"version":1,"version":1')],
    ['a member too many', (text: string) => text.replace('"version":1', '"version":1,"x":2')],
    ['another version', (text: string) => text.replace('"version":1', '"version":2')],
  ])('with %s cannot be read', async (_, change) => {
    await expectSame(trialOf(change(file)), 'DOCUMENT_MALFORMED');
  });

  it('whose proofs are in it says that they were not looked at', async () => {
    const { verdict, checks } = await judgeInPage(
      trialOf(file.replace('"proofs":null', '"proofs":[{}]')),
    );

    expect(verdict).toBe('TOTAL-PASSED');
    expect(checks).toContain('receipt.proof TOTAL-PASSED');
  });

  it('of which a byte was changed does not pass', async () => {
    const digits = decodeDigits(/YXR\.(\d+)$/.exec(code)![1]!);
    await fc.assert(
      fc.asyncProperty(mutations, fc.boolean(), async (changes, isCode) => {
        const original = isCode ? digits : Buffer.from(jws);
        const changed = mutate(original, changes);
        fc.pre(Buffer.compare(changed, original) !== 0);
        const text = isCode
          ? `YXR.${encodeDigits(changed)}`
          : Buffer.from(changed).toString('latin1');
        fc.pre(isCode || text.trim() !== jws);
        const { verdict } = await judgeInPage(trialOf(text));

        expect(verdict).not.toBe('TOTAL-PASSED');
      }),
      { numRuns: 200 },
    );
  });
});

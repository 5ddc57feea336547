import { beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalise } from '@yinxin/chaincode/model';
import type { BatchRecord } from '@yinxin/chaincode/model';
import fc from 'fast-check';

import { batchKeys } from '../../../../service/src/ledger/fabric/endorsedAnswer.ts';
import { verifyEndorsedReads } from '../../../../service/src/ledger/fabric/verifyEndorsedReads.ts';
import type {
  EndorsementQuestion,
  EndorsementVerdict,
} from '../../../../service/src/ledger/fabric/verifyEndorsedReads.ts';
import type { EndorsedRead } from '../../../../service/src/ledger/ledger.ts';
import { conclude } from '../../../../service/src/report.ts';
import { buildCa } from '../../../support/certificates.ts';
import { buildEndorsedRead, buildOrganisation, endorse } from '../../../support/endorsedReads.ts';
import type { ReadOverrides, TestOrganisation } from '../../../support/endorsedReads.ts';
import { encodeMessage } from '../../../support/fabricMessages.ts';

const batch = (root: string): BatchRecord => ({
  ...{ schemaVersion: 1, root: root.repeat(64), size: 3 },
  ...{ at: '2026-01-10T00:00:00.000Z', submitterMspId: 'OperatorMSP' },
});
const SHOWN = batch('a');
const OTHER = batch('b');

let operator: TestOrganisation;
let auditor: TestOrganisation;
let read: EndorsedRead;
beforeAll(() => {
  operator = buildOrganisation('OperatorMSP');
  auditor = buildOrganisation('AuditorMSP');
  read = buildEndorsedRead([operator, auditor], [SHOWN]);
});

function verify(
  reads: readonly EndorsedRead[],
  question: Partial<EndorsementQuestion> = {},
): EndorsementVerdict {
  return verifyEndorsedReads(reads, {
    ...{ batches: [SHOWN], channel: 'yinxin', chaincode: 'yinxin', organisations: 2 },
    anchors: [operator.ca.certificate, auditor.ca.certificate],
    intermediates: [],
    at: new Date('2026-02-01T00:00:00Z'),
    ...question,
  });
}

/** Conclusion, and the check it comes from. */
function verdictOf(
  given: EndorsedRead | readonly EndorsedRead[],
  question: Partial<EndorsementQuestion> = {},
): string {
  const { checks } = verify('response' in given ? [given] : given, question);
  const { indication, subIndication } = conclude(checks);
  const decisive = checks.find((check) => check.indication === indication);
  return indication === 'TOTAL-PASSED' ? indication : `${decisive!.name} ${subIndication}`;
}

function built(overrides: ReadOverrides): EndorsedRead {
  return buildEndorsedRead([operator, auditor], [SHOWN], overrides);
}

describe('a read that two organisations endorsed', () => {
  it('passes every step under their roots, and names them', () => {
    const { checks, organisations } = verify([read]);

    expect(checks.map(({ name, indication }) => `${name} ${indication}`)).toEqual([
      'proof.endorsementFormat TOTAL-PASSED',
      'proof.proposalHash TOTAL-PASSED',
      'proof.endorsedLedger TOTAL-PASSED',
      'proof.endorsedBatches TOTAL-PASSED',
      'proof.endorsementSignature TOTAL-PASSED',
      'proof.endorserPath TOTAL-PASSED',
      'proof.organisations TOTAL-PASSED',
    ]);
    expect(organisations).toEqual(['AuditorMSP', 'OperatorMSP']);
  });

  it('may be spread over several reads', () => {
    const second = buildEndorsedRead([auditor, operator], [OTHER]);

    expect(verdictOf([read, second], { batches: [SHOWN, OTHER] })).toBe('TOTAL-PASSED');
  });

  it('may say that it initialises nothing', () => {
    expect(verdictOf(built({ isInit: 0 }))).toBe('TOTAL-PASSED');
  });

  it('may lead to a root by way of an intermediate that the reader brings', () => {
    const ca = buildCa(auditor.ca, 'intermediate');
    const member = buildOrganisation('AuditorMSP', { ca });
    const endorsed = buildEndorsedRead([operator, member], [SHOWN]);

    expect(verdictOf(endorsed, { intermediates: [ca.certificate] })).toBe('TOTAL-PASSED');
    expect(verdictOf(endorsed)).toBe('proof.endorserPath NO_CERTIFICATE_CHAIN_FOUND');
  });

  it('says nothing of paths to a reader who trusts nobody', () => {
    const { checks, organisations } = verify([read], { anchors: null });

    expect(checks.map(({ name }) => name)).not.toContain('proof.endorserPath');
    expect(organisations).toEqual([]);
  });
});

describe('a reader who does not know every organisation', () => {
  it('cannot tell with the root of one', () => {
    expect(verdictOf(read, { anchors: [operator.ca.certificate] })).toBe(
      'proof.endorserPath NO_CERTIFICATE_CHAIN_FOUND',
    );
  });

  it('cannot tell with the root of none', () => {
    expect(verdictOf(read, { anchors: [] })).toBe('proof.endorserPath NO_CERTIFICATE_CHAIN_FOUND');
  });

  it('is content with as many as are asked for', () => {
    const third = buildOrganisation('ThirdMSP');
    const endorsed = buildEndorsedRead([operator, auditor, third], [SHOWN]);

    expect(verify([endorsed]).organisations).toEqual(['AuditorMSP', 'OperatorMSP']);
    expect(verdictOf(endorsed)).toBe('TOTAL-PASSED');
    expect(verdictOf(endorsed, { organisations: 3 })).toBe(
      'proof.endorserPath NO_CERTIFICATE_CHAIN_FOUND',
    );
    expect(verdictOf(read, { anchors: [operator.ca.certificate], organisations: 1 })).toBe(
      'TOTAL-PASSED',
    );
  });
});

describe('one organisation in the place of two', () => {
  it.each<[string, () => readonly TestOrganisation[]]>([
    ['the same peer twice', () => [operator, operator]],
    ['two peers', () => [operator, buildOrganisation('OperatorMSP', { ca: operator.ca })]],
    ['another name', () => [operator, buildOrganisation('AuditorMSP', { ca: operator.ca })]],
    ['alone', () => [operator]],
  ])('is not enough: %s', (_, endorsers) => {
    expect(verdictOf(buildEndorsedRead(endorsers(), [SHOWN]))).toBe(
      'proof.organisations NOT_ENDORSED',
    );
  });

  it('is not enough with two roots', () => {
    const newer = buildOrganisation('OperatorMSP');
    const anchors = [operator.ca.certificate, newer.ca.certificate];

    expect(verdictOf(buildEndorsedRead([operator, newer], [SHOWN]), { anchors })).toBe(
      'proof.organisations NOT_ENDORSED',
    );
  });

  it('is not enough with two roots of one name', () => {
    const ca = buildCa(null, 'ca.OperatorMSP');
    const newer = buildOrganisation('AuditorMSP', { ca });
    const anchors = [operator.ca.certificate, ca.certificate];

    expect(verdictOf(buildEndorsedRead([operator, newer], [SHOWN]), { anchors })).toBe(
      'proof.organisations NOT_ENDORSED',
    );
  });
});

describe('an endorser that is no fit peer', () => {
  it.each(['client', 'admin', 'orderer', 'nothing'])('fails: organisational unit %s', (unit) => {
    const stranger = buildOrganisation('AuditorMSP', { ca: auditor.ca, unit });

    expect(verdictOf(buildEndorsedRead([operator, stranger], [SHOWN]))).toBe(
      'proof.endorserPath CERTIFICATE_CONSTRAINTS_FAILURE',
    );
  });

  it.each([
    ['over by then', { notAfter: '2026-01-15T00:00:00Z' }, 'EXPIRED'],
    ['not begun by then', { notBefore: '2026-01-25T00:00:00Z' }, 'NOT_YET_VALID'],
    [
      'not for signatures',
      { keyUsage: ['keyAgreement'] as const },
      'CERTIFICATE_CONSTRAINTS_FAILURE',
    ],
    ['a CA', { isCa: true }, 'CERTIFICATE_CONSTRAINTS_FAILURE'],
  ])('fails: certificate %s', (_, overrides, reason) => {
    const stranger = buildOrganisation('AuditorMSP', { ca: auditor.ca, ...overrides });

    expect(verdictOf(buildEndorsedRead([operator, stranger], [SHOWN]))).toBe(
      `proof.endorserPath ${reason}`,
    );
  });

  it('cannot be told from a backdated one once its certificate is over', () => {
    const { checks } = verify([read], { at: new Date('2027-06-01T00:00:00Z') });

    expect(conclude(checks)).toEqual({ indication: 'INDETERMINATE', subIndication: 'EXPIRED' });
  });
});

describe('a read of something else', () => {
  it('fails for another root', () => {
    expect(verdictOf(read, { batches: [OTHER] })).toBe('proof.endorsedBatches PROOF_FAILURE');
    expect(verdictOf(read, { batches: [SHOWN, OTHER] })).toBe(
      'proof.endorsedBatches PROOF_FAILURE',
    );
  });

  it('fails for another value, also beside a right one', () => {
    const wrong = built({ result: canonicalise([{ ...SHOWN, size: 4 }]) });

    expect(verdictOf(wrong)).toBe('proof.endorsedBatches PROOF_FAILURE');
    expect(verdictOf([read, wrong])).toBe('proof.endorsedBatches PROOF_FAILURE');
    expect(verdictOf(built({ result: '[null]' }))).toBe('proof.endorsedBatches PROOF_FAILURE');
  });

  it('cannot be told from another ledger', () => {
    expect(verdictOf(built({ channel: 'trial' }))).toBe('proof.endorsedLedger NOT_ENDORSED');
    expect(verdictOf(built({ chaincode: 'trial', ran: 'trial' }))).toBe(
      'proof.endorsedLedger NOT_ENDORSED',
    );
    expect(verdictOf(built({ channel: 'trial' }), { channel: 'trial' })).toBe('TOTAL-PASSED');
  });

  const keys = batchKeys([SHOWN.root]);
  it.each<[string, ReadOverrides]>([
    ['another function', { args: ['usage:record', keys] }],
    ['another contract', { args: ['other:read', keys] }],
    ['an initialisation', { isInit: 1 }],
    ['no argument', { args: ['usage:read'] }],
    ['one argument more', { args: ['usage:read', keys, 'x'] }],
    ['another kind of value', { args: ['usage:read', keys.replace('batch', 'mandate')] }],
    ['keys in another spelling', { args: ['usage:read', keys.replace(':', ': ')] }],
    ['a root inside a list', { args: ['usage:read', keys.replace(/\["(\w+)"\]/, '[["$1"]]')] }],
    ['keys that are no list', { args: ['usage:read', '{}'] }],
    ['keys that are nothing', { args: ['usage:read', '[null]'] }],
    ['too many keys', { args: ['usage:read', batchKeys(Array<string>(101).fill(SHOWN.root))] }],
    ['a refusal', { status: 500 }],
    ['an answer in another spelling', { result: `[ ${canonicalise(SHOWN)}]` }],
    ['an answer with a value to spare', { result: canonicalise([SHOWN, SHOWN]) }],
    ['an answer that is no list', { result: canonicalise(SHOWN) }],
    ['an answer that is too long', { result: ' '.repeat(300_000) }],
    ['another chaincode than asked for', { ran: 'other' }],
    ['a change of the channel', { type: 1 }],
    ['another transaction id', { txId: '0'.repeat(64) }],
    ['a year beyond all', { askedAt: '+010000-01-01T00:00:00Z' }],
    ['a channel of strange characters', { channel: 'yin\u202exin' }],
  ])('fails: %s', (_, overrides) => {
    expect(verdictOf(built(overrides))).toBe('proof.endorsementFormat FORMAT_FAILURE');
  });
});

describe('a read that was tampered with', () => {
  it('fails with parts of another', () => {
    const other = built({ askedAt: '2026-01-21T00:00:00Z' });

    expect(verdictOf({ ...read, proposal: buildEndorsedRead([operator], [OTHER]).proposal })).toBe(
      'proof.proposalHash HASH_FAILURE',
    );
    expect(verdictOf({ ...read, response: other.response })).toBe(
      'proof.proposalHash HASH_FAILURE',
    );
    expect(verdictOf({ ...read, endorsements: other.endorsements })).toBe(
      'proof.endorsementSignature SIG_CRYPTO_FAILURE',
    );
  });

  it('fails with endorsers swapped', () => {
    const [first, second] = read.endorsements;
    const endorsements = [
      { endorser: first!.endorser, signature: second!.signature },
      { endorser: second!.endorser, signature: first!.signature },
    ];

    expect(verdictOf({ ...read, endorsements })).toBe(
      'proof.endorsementSignature SIG_CRYPTO_FAILURE',
    );
  });

  it('fails with a forged endorsement beside two good ones', () => {
    const forged = { ...endorse(auditor, read.response), signature: Buffer.alloc(70, 1) };

    expect(verdictOf({ ...read, endorsements: [...read.endorsements, forged] })).toBe(
      'proof.endorsementSignature SIG_CRYPTO_FAILURE',
    );
  });

  it('fails without endorsements', () => {
    expect(verdictOf({ ...read, endorsements: [] })).toBe(
      'proof.endorsementSignature SIG_CRYPTO_FAILURE',
    );
  });

  it('fails with other borders between the hashed parts', () => {
    // Fabric takes the last of two channel names: peers saw `trial`
    const endorsed = built({ headerTail: encodeMessage([4, 'trial']) });
    const end = endorsed.channelHeader.length - encodeMessage([4, 'trial']).length;
    const moved = {
      ...endorsed,
      channelHeader: endorsed.channelHeader.subarray(0, end),
      signatureHeader: Buffer.concat([
        endorsed.channelHeader.subarray(end),
        endorsed.signatureHeader,
      ]),
    };

    expect(verdictOf(endorsed)).toBe('proof.endorsementFormat FORMAT_FAILURE');
    expect(verdictOf(moved)).toBe('proof.endorsementFormat FORMAT_FAILURE');
  });

  it.each(['channelHeader', 'signatureHeader', 'proposal', 'response'] as const)(
    'never passes with any one bit of %s changed',
    (part) => {
      for (let place = 0; place < read[part].length; place += 1) {
        const bytes = Uint8Array.from(read[part]);
        bytes[place]! ^= 1 << (place % 8);

        expect(conclude(verify([{ ...read, [part]: bytes }]).checks).indication).toBe(
          'TOTAL-FAILED',
        );
      }
    },
  );

  it.each(['endorser', 'signature'] as const)(
    'never passes with any one bit of an %s changed',
    (part) => {
      const [first, second] = read.endorsements;
      for (let place = 0; place < second![part].length; place += 1) {
        const bytes = Uint8Array.from(second![part]);
        bytes[place]! ^= 1 << (place % 8);
        const endorsements = [first!, { ...second!, [part]: bytes }];

        const { indication } = conclude(verify([{ ...read, endorsements }]).checks);
        expect(indication).toBe('TOTAL-FAILED');
      }
    },
  );

  it('fails with any bytes in the place of a part', () => {
    const parts = ['channelHeader', 'signatureHeader', 'proposal', 'response'] as const;

    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.uint8Array({ maxLength: 200 }), (part, bytes) => {
        return conclude(verify([{ ...read, [part]: bytes }]).checks).indication === 'TOTAL-FAILED';
      }),
    );
  });
});

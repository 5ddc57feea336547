import { describe, expect, it } from '@jest/globals';

import type { ActReason, Mandate, SignedAct } from '../../../chaincode/src/act.js';
import { statePlaces } from '../../../chaincode/src/statePlaces.js';
import {
  buildDocument,
  buildMandate,
  buildSeal,
  cityFixture,
  digest,
  ES_ID,
  TYPE,
} from '../support/city.js';
import type { City } from '../support/city.js';
import { APPROVER, later, MAKER, NOW, signAct } from '../support/contractFixture.js';
import type { ActOptions } from '../support/contractFixture.js';

const MADE_AT = '2026-01-01T00:00:00.000Z';
let documents = 100;

function sealDocument(city: City, options: ActOptions = {}): SignedAct {
  const document = buildDocument('pdf', documents++);
  const body = {
    esId: ES_ID,
    format: 'pdf',
    document,
    signatureDigest: digest(1),
    codeDigest: null,
  } as const;
  return signAct(city.issuer, 'seal.signDocument', body, options);
}

function lifecycle(
  city: City,
  act: 'seal.suspend' | 'seal.reinstate' | 'seal.revoke',
  {
    reason = 'other',
    effectiveFrom = null,
    ...options
  }: ActOptions & {
    reason?: ActReason;
    effectiveFrom?: string | null;
  } = {},
): SignedAct {
  return signAct(city.sealMaker, act, { esId: ES_ID, reason, effectiveFrom }, options);
}

describe('seal.make', () => {
  it('writes the seal, its status and its mandate', async () => {
    const city = await cityFixture();
    const seal = buildSeal(city.issuer, { esId: 'seal-2' });
    const act = signAct(city.sealMaker, 'seal.make', seal);

    const { writes } = await city.submit([act]);

    const { mandate, ...facts } = seal;
    const common = { schemaVersion: 1, esId: 'seal-2', actId: act.act.id };
    expect(writes['seal~seal-2']).toEqual({
      ...facts,
      ...common,
      maker: city.sealMaker.creditCode,
      predecessor: null,
      madeAt: NOW,
    });
    expect(writes['sealStatus~seal-2']).toEqual({
      ...common,
      state: 'valid',
      since: NOW,
      reason: null,
    });
    expect(writes['mandate~seal-2']).toEqual({ ...common, mandate, since: NOW });
    expect(Object.keys(writes)).toHaveLength(5);
  });

  it.each([
    ['a seal that is there', {}, 'SEAL_ALREADY_EXISTS'],
    ['a wrong holder', { esId: 'x', holder: '110000000000000000' }, 'CREDIT_CODE_INVALID'],
    [
      'a period that ends before it begins',
      { esId: 'x', validUntil: MADE_AT },
      'SEAL_PERIOD_INVALID',
    ],
    [
      'a mandate for no type code',
      { esId: 'x', mandate: buildMandate({ licenceTypes: ['111111111111111111111'] }) },
      'TYPE_CODE_INVALID',
    ],
    [
      'a mandate that ends before it begins',
      { esId: 'x', mandate: buildMandate({ validFrom: NOW, validUntil: MADE_AT }) },
      'MANDATE_INVALID',
    ],
  ])('refuses %s', async (_, overrides, code) => {
    const city = await cityFixture();

    const act = signAct(city.sealMaker, 'seal.make', buildSeal(city.issuer, overrides));

    expect(await city.outcomeOf(act)).toBe(code);
  });

  it('refuses an authority that is no seal maker', async () => {
    const city = await cityFixture();
    const act = signAct(city.issuer, 'seal.make', buildSeal(city.issuer, { esId: 'x' }));

    expect(await city.outcomeOf(act)).toBe('NOT_AUTHORISED');
  });
});

describe('seal.suspend, seal.reinstate and seal.revoke', () => {
  it('change the status and nothing else', async () => {
    const city = await cityFixture();
    const effectiveFrom = '2026-01-15T00:00:00.000Z';
    const act = lifecycle(city, 'seal.revoke', { reason: 'keyCompromise', effectiveFrom });

    const { writes } = await city.submit([act]);

    expect(Object.keys(writes)).toEqual([
      `sealStatus~${ES_ID}`,
      expect.stringMatching(/^batch~/),
      `act~${act.act.id}`,
    ]);
    expect(writes[`sealStatus~${ES_ID}`]).toEqual({
      schemaVersion: 1,
      esId: ES_ID,
      state: 'revoked',
      since: effectiveFrom,
      reason: 'keyCompromise',
      actId: act.act.id,
    });
  });

  it('follow the life cycle', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(lifecycle(city, 'seal.reinstate'))).toBe('SEAL_STATE_CONFLICT');
    expect(await city.outcomeOf(lifecycle(city, 'seal.suspend'))).toBe('recorded');
    expect(await city.outcomeOf(lifecycle(city, 'seal.suspend'))).toBe('SEAL_STATE_CONFLICT');
    expect(await city.outcomeOf(lifecycle(city, 'seal.reinstate'))).toBe('recorded');
    expect(await city.outcomeOf(lifecycle(city, 'seal.revoke'))).toBe('recorded');
    expect(await city.outcomeOf(lifecycle(city, 'seal.reinstate'))).toBe('SEAL_STATE_CONFLICT');
  });

  it.each([
    ['after the act', { effectiveFrom: later(NOW, 1) }, 'EFFECTIVE_TIME_INVALID'],
    ['before the seal was made', { effectiveFrom: later(MADE_AT, -1) }, 'EFFECTIVE_TIME_INVALID'],
    ['in an act before the seal was made', { at: later(MADE_AT, -1) }, 'ACT_BEFORE_SUBJECT'],
    ['at the moment the seal was made', { effectiveFrom: MADE_AT }, 'recorded'],
  ])('take effect %s: %p is %s', async (_, options, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(lifecycle(city, 'seal.revoke', options))).toBe(code);
  });

  it('are refused to a seal maker that did not make the seal', async () => {
    const city = await cityFixture();
    await city.outcomeOf(
      signAct(city.registrar, 'authority.setRoles', {
        creditCode: city.otherIssuer.creditCode,
        roles: ['sealMaker'],
      }),
    );

    expect(
      await city.outcomeOf(lifecycle({ ...city, sealMaker: city.otherIssuer }, 'seal.revoke')),
    ).toBe('NOT_AUTHORISED');
  });

  it('are refused for a seal that is not there', async () => {
    const city = await cityFixture();
    const body = { esId: 'x', reason: 'other', effectiveFrom: null } as const;

    expect(await city.outcomeOf(signAct(city.sealMaker, 'seal.revoke', body))).toBe(
      'SEAL_NOT_FOUND',
    );
  });
});

describe('seal.renew', () => {
  it('puts a seal in the place of another', async () => {
    const city = await cityFixture();
    const body = { ...buildSeal(city.issuer, { esId: 'seal-2' }), predecessor: ES_ID };

    const { writes } = await city.submit([signAct(city.sealMaker, 'seal.renew', body)]);

    expect(writes[`sealStatus~${ES_ID}`]).toMatchObject({ state: 'superseded', since: NOW });
    expect(writes['seal~seal-2']).toMatchObject({ predecessor: ES_ID });
    expect(await city.outcomeOf(sealDocument(city))).toBe('SEAL_SUPERSEDED');
    expect(await city.outcomeOf(lifecycle(city, 'seal.reinstate'))).toBe('SEAL_STATE_CONFLICT');
    expect(await city.outcomeOf(lifecycle(city, 'seal.revoke'))).toBe('recorded');
  });

  it('refuses another holder, and a seal that is suspended', async () => {
    const city = await cityFixture();
    const renew = (holder: City['issuer']): SignedAct =>
      signAct(city.sealMaker, 'seal.renew', {
        ...buildSeal(holder, { esId: 'seal-2' }),
        predecessor: ES_ID,
      });

    expect(await city.outcomeOf(renew(city.otherIssuer))).toBe('PREDECESSOR_INVALID');
    await city.outcomeOf(lifecycle(city, 'seal.suspend'));
    expect(await city.outcomeOf(renew(city.issuer))).toBe('SEAL_STATE_CONFLICT');
  });
});

describe('seal.signDocument', () => {
  it('keeps the digests of the document', async () => {
    const city = await cityFixture();
    const act = sealDocument(city) as SignedAct<'seal.signDocument'>;

    const { writes } = await city.submit([act]);

    expect(Object.keys(writes)).toEqual([
      `sealedDocument~${ES_ID}~${act.act.body.document.sha256}`,
      expect.stringMatching(/^batch~/),
      `act~${act.act.id}`,
    ]);
  });

  it.each<[string, Partial<Mandate>, ActOptions, string]>([
    ['without limits', {}, {}, 'recorded'],
    ['for licences only', { allowsDocuments: false }, {}, 'SEAL_OUTSIDE_MANDATE'],
    ['for one licence type', { licenceTypes: [TYPE] }, {}, 'recorded'],
    ['from tomorrow', { validFrom: later(NOW, 86_400_000) }, {}, 'SEAL_OUTSIDE_MANDATE'],
    ['until now', { validUntil: NOW }, {}, 'recorded'],
    ['until just now', { validUntil: later(NOW, -1) }, {}, 'SEAL_OUTSIDE_MANDATE'],
    ['with a second person', { requiresSecondPerson: true }, { approver: APPROVER }, 'recorded'],
    ['with a second person, alone', { requiresSecondPerson: true }, {}, 'SEAL_OUTSIDE_MANDATE'],
    [
      'with a second person, the same',
      { requiresSecondPerson: true },
      { approver: MAKER },
      'SEAL_OUTSIDE_MANDATE',
    ],
  ])('under a mandate %s', async (_, mandate, options, code) => {
    const city = await cityFixture(mandate);

    expect(await city.outcomeOf(sealDocument(city, options))).toBe(code);
  });

  it('counts uses by the day of Shanghai, only where the mandate limits them', async () => {
    const city = await cityFixture({ usesPerDay: 2 });
    const lateOnThe30th = '2026-01-30T15:59:59.999Z';
    const earlyOnThe31st = '2026-01-30T16:00:00.000Z';
    const use = (at: string): Promise<string> => city.outcomeOf(sealDocument(city, { at }));

    expect(await use(lateOnThe30th)).toBe('recorded');
    expect(await use(lateOnThe30th)).toBe('recorded');
    expect(await use(lateOnThe30th)).toBe('SEAL_OUTSIDE_MANDATE');
    expect(await use(earlyOnThe31st)).toBe('recorded');
    expect(await city.read(statePlaces.sealDay(ES_ID, '20260130'))).toMatchObject({ uses: 2 });
    expect(await city.read(statePlaces.sealDay(ES_ID, '20260131'))).toMatchObject({ uses: 1 });
  });

  it('counts every use of one batch and writes the count once', async () => {
    const city = await cityFixture({ usesPerDay: 2 });

    const { outcomes, writes } = await city.submit([
      sealDocument(city),
      sealDocument(city),
      sealDocument(city),
    ]);

    expect(outcomes.map((outcome) => ('code' in outcome ? outcome.code : 'recorded'))).toEqual([
      'recorded',
      'recorded',
      'SEAL_OUTSIDE_MANDATE',
    ]);
    expect(writes[`sealDay~${ES_ID}~20260131`]).toMatchObject({ uses: 2 });
  });

  it.each([
    ['before its period', { at: '2025-12-31T23:59:59.999Z' }, 'SEAL_NOT_YET_VALID'],
    ['at the end of its period', { at: '2026-12-31T15:59:59.999Z' }, 'recorded'],
    ['after its period', { at: '2026-12-31T16:00:00.000Z' }, 'SEAL_EXPIRED'],
  ])('with a seal %s is %s', async (_, options, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(sealDocument(city, options), options.at)).toBe(code);
  });

  it('is refused to anyone but the holder', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(sealDocument({ ...city, issuer: city.otherIssuer }))).toBe(
      'NOT_AUTHORISED',
    );
  });

  it('is refused with a suspended or revoked seal, also for acts dated back', async () => {
    const city = await cityFixture();
    const at = '2026-01-02T00:00:00.000Z';

    await city.outcomeOf(lifecycle(city, 'seal.suspend'));
    expect(await city.outcomeOf(sealDocument(city, { at }))).toBe('SEAL_SUSPENDED');
    await city.outcomeOf(lifecycle(city, 'seal.reinstate'));
    expect(await city.outcomeOf(sealDocument(city, { at }))).toBe('SEAL_NOT_YET_VALID');
    await city.outcomeOf(lifecycle(city, 'seal.revoke'));
    expect(await city.outcomeOf(sealDocument(city, { at }))).toBe('SEAL_REVOKED');
  });

  it('is refused twice for the same document, and for another format than it says', async () => {
    const city = await cityFixture();
    const { body } = (sealDocument(city) as SignedAct<'seal.signDocument'>).act;

    expect(await city.outcomeOf(signAct(city.issuer, 'seal.signDocument', body))).toBe('recorded');
    expect(await city.outcomeOf(signAct(city.issuer, 'seal.signDocument', body))).toBe(
      'DOCUMENT_ALREADY_RECORDED',
    );
    expect(
      await city.outcomeOf(signAct(city.issuer, 'seal.signDocument', { ...body, format: 'ofd' })),
    ).toBe('DOCUMENT_FORMAT_MISMATCH');
  });
});

describe('seal.putDocument', () => {
  type PutDocument = SignedAct<'seal.putDocument'>['act']['body'];

  async function sealed(mandate: Partial<Mandate> = {}): Promise<{
    readonly city: City;
    readonly earlier: SignedAct<'seal.signDocument'>['act'];
    readonly put: (changes?: Partial<PutDocument>, options?: ActOptions) => SignedAct;
  }> {
    const city = await cityFixture(mandate);
    const signed = sealDocument(city) as SignedAct<'seal.signDocument'>;
    await city.submit([signed]);
    const earlier = signed.act.body.document.sha256;
    const put = (changes: Partial<PutDocument> = {}, options: ActOptions = {}): SignedAct => {
      const document = buildDocument('pdf', documents++);
      const body = { esId: ES_ID, earlier, document, ...changes };
      return signAct(city.issuer, 'seal.putDocument', body, options);
    };
    return { city, earlier: signed.act, put };
  }

  it('keeps both documents, as sealed by the same act', async () => {
    const { city, earlier, put } = await sealed();
    const act = put() as SignedAct<'seal.putDocument'>;

    const { writes } = await city.submit([act]);

    const { sha256 } = act.act.body.document;
    const before = await city.read(statePlaces.sealedDocument(ES_ID, earlier.body.document.sha256));
    expect(before).toMatchObject({ actId: earlier.id, at: earlier.at });
    expect(writes[`sealedDocument~${ES_ID}~${sha256}`]).toStrictEqual({
      ...before,
      document: act.act.body.document,
      completedBy: act.act.id,
    });
  });

  it('is no use of the seal', async () => {
    const { city, put } = await sealed({ usesPerDay: 1 });

    expect(await city.outcomeOf(put())).toBe('recorded');
    await city.outcomeOf(lifecycle(city, 'seal.revoke'));
    expect(await city.outcomeOf(put())).toBe('recorded');
  });

  it('takes what was completed before', async () => {
    const { city, put } = await sealed();
    const first = put() as SignedAct<'seal.putDocument'>;
    await city.submit([first]);

    expect(await city.outcomeOf(put({ earlier: first.act.body.document.sha256 }))).toBe('recorded');
  });

  it('is refused for what was never sealed', async () => {
    const { city, put } = await sealed();

    expect(await city.outcomeOf(put({ earlier: digest(77) }))).toBe('DOCUMENT_NOT_FOUND');
    expect(await city.outcomeOf(put({ esId: 'seal-9' }))).toBe('SEAL_NOT_FOUND');
  });

  it('is refused for another format, for bytes that are recorded, and before the sealing', async () => {
    const { city, earlier, put } = await sealed();

    expect(await city.outcomeOf(put({ document: buildDocument('ofd', 900) }))).toBe(
      'DOCUMENT_FORMAT_MISMATCH',
    );
    expect(await city.outcomeOf(put({ document: earlier.body.document }))).toBe(
      'DOCUMENT_ALREADY_RECORDED',
    );
    expect(await city.outcomeOf(put({}, { at: later(NOW, -1000) }))).toBe('ACT_BEFORE_SUBJECT');
  });

  it('is refused to everybody but the holder of the seal', async () => {
    const { city, put } = await sealed();
    const { body } = put().act as SignedAct<'seal.putDocument'>['act'];

    for (const other of [city.otherIssuer, city.sealMaker])
      expect(await city.outcomeOf(signAct(other, 'seal.putDocument', body))).toBe('NOT_AUTHORISED');
  });
});

describe('seal.setMandate', () => {
  it('limits uses from then on', async () => {
    const city = await cityFixture();
    const body = { esId: ES_ID, mandate: buildMandate({ allowsDocuments: false }) };

    expect(await city.outcomeOf(signAct(city.sealMaker, 'seal.setMandate', body))).toBe('recorded');
    expect(await city.outcomeOf(sealDocument(city))).toBe('SEAL_OUTSIDE_MANDATE');
  });

  it('is refused to the holder, and for a revoked seal', async () => {
    const city = await cityFixture();
    const body = { esId: ES_ID, mandate: buildMandate() };

    expect(await city.outcomeOf(signAct(city.issuer, 'seal.setMandate', body))).toBe(
      'NOT_AUTHORISED',
    );
    await city.outcomeOf(lifecycle(city, 'seal.revoke'));
    expect(await city.outcomeOf(signAct(city.sealMaker, 'seal.setMandate', body))).toBe(
      'SEAL_STATE_CONFLICT',
    );
  });
});

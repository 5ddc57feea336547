import { describe, expect, it } from '@jest/globals';

import type { ActOutcome, SignedAct } from '../../../chaincode/src/act.js';
import { statePlaces } from '../../../chaincode/src/statePlaces.js';
import type { LicenceLifecycleAct } from '../../../chaincode/src/transitions.js';
import {
  base,
  buildDocument,
  buildLicence,
  buildSeal,
  cityFixture,
  digest,
  DUAL_TYPE,
  ES_ID,
  identifier,
  mustRecord,
  TYPE,
} from '../support/city.js';
import type { City, LicenceOptions } from '../support/city.js';
import { APPROVER, later, MAKER, NOW, signAct } from '../support/contractFixture.js';
import type { ActOptions } from '../support/contractFixture.js';

function issue(
  city: City,
  licence: LicenceOptions = {},
  options: ActOptions = {},
): SignedAct<'licence.issue'> {
  return signAct(city.issuer, 'licence.issue', buildLicence(city.issuer, licence), options);
}

function lifecycle(
  city: City,
  act: LicenceLifecycleAct,
  {
    effectiveFrom = null,
    version = 1,
    ...options
  }: ActOptions & {
    effectiveFrom?: string | null;
    version?: number;
  } = {},
): SignedAct {
  const body = {
    identifier: identifier(city.issuer, { version }),
    reason: 'other',
    effectiveFrom,
  } as const;
  return signAct(city.issuer, act, body, options);
}

function succeed(
  city: City,
  act: 'licence.change' | 'licence.renew',
  version: number,
  predecessor = version - 1,
): SignedAct {
  return signAct(city.issuer, act, {
    ...buildLicence(city.issuer, { version }),
    predecessor: identifier(city.issuer, { version: predecessor }),
  });
}

function codesOf(outcomes: readonly ActOutcome[]): readonly string[] {
  return outcomes.map((outcome) => (outcome.outcome === 'refused' ? outcome.code : 'recorded'));
}

describe('licence.issue', () => {
  it('writes the licence and its first version', async () => {
    const city = await cityFixture();
    const act = issue(city);

    const { writes } = await city.submit([act]);

    const { body } = act.act;
    const common = { schemaVersion: 1, identifier: body.identifier, actId: act.act.id };
    expect(Object.keys(writes)).toEqual([
      `licence~${base(city.issuer)}`,
      `version~${base(city.issuer)}~001`,
      expect.stringMatching(/^batch~/),
      `act~${act.act.id}`,
    ]);
    expect(writes[`licence~${base(city.issuer)}`]).toEqual({
      ...common,
      version: 1,
      state: 'issued',
      since: NOW,
      reason: null,
      issuedAt: NOW,
      status: body.status,
    });
    expect(writes[`version~${base(city.issuer)}~001`]).toEqual({
      ...body,
      ...common,
      typeCode: TYPE,
      issuer: city.issuer.creditCode,
      predecessor: null,
      issuedAt: NOW,
    });
  });

  it('issues an identifier once', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(issue(city))).toBe('recorded');
    expect(await city.outcomeOf(issue(city))).toBe('LICENCE_ALREADY_EXISTS');
  });

  it('issues an identifier once in a batch', async () => {
    const city = await cityFixture();

    const { outcomes } = await city.submit([
      issue(city),
      issue(city),
      issue(city, { serial: '2' }),
    ]);

    expect(codesOf(outcomes)).toEqual(['recorded', 'LICENCE_ALREADY_EXISTS', 'recorded']);
  });

  it.each<[string, (city: City) => LicenceOptions, string]>([
    [
      'a wrong check character',
      (city) => ({
        identifier: identifier(city.issuer).replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
      }),
      'LICENCE_IDENTIFIER_INVALID',
    ],
    [
      "another issuer's identifier",
      (city) => ({ identifier: identifier(city.otherIssuer) }),
      'NOT_AUTHORISED',
    ],
    ['a version that is not 001', () => ({ version: 2 }), 'LICENCE_VERSION_CONFLICT'],
    [
      'a type not on the ledger',
      () => ({ typeCode: '11100000000013338W999' }),
      'LICENCE_TYPE_NOT_FOUND',
    ],
    [
      'a period that ends before it begins',
      () => ({ validUntil: '2025-01-01T00:00:00.000Z' }),
      'LICENCE_PERIOD_INVALID',
    ],
    [
      'a format that the type lacks',
      () => ({ documents: [buildDocument('pdf')] }),
      'DOCUMENT_FORMAT_MISMATCH',
    ],
    [
      'a format given twice',
      () => ({ documents: [buildDocument('ofd'), buildDocument('ofd', 50)] }),
      'DOCUMENT_FORMAT_MISMATCH',
    ],
    [
      'a seal that is not there',
      () => ({ sealSignature: { esId: 'x', signatureDigests: [digest(1)] } }),
      'SEAL_NOT_FOUND',
    ],
  ])('refuses %s', async (_, licence, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(issue(city, licence(city)))).toBe(code);
  });

  it('refuses an authority that is no issuer', async () => {
    const city = await cityFixture();
    await mustRecord(city, [
      signAct(city.registrar, 'authority.setRoles', {
        creditCode: city.issuer.creditCode,
        roles: [],
      }),
    ]);

    expect(await city.outcomeOf(issue(city))).toBe('NOT_AUTHORISED');
  });

  it("refuses another authority's seal", async () => {
    const city = await cityFixture();
    const licence = buildLicence(city.otherIssuer);

    expect(await city.outcomeOf(signAct(city.otherIssuer, 'licence.issue', licence))).toBe(
      'NOT_AUTHORISED',
    );
  });

  it.each([
    ['an approver', { approver: APPROVER }, 'recorded'],
    ['no approver', {}, 'APPROVER_MISSING'],
    ['the maker as approver', { approver: MAKER }, 'APPROVER_IS_MAKER'],
  ])('of a type with dual approval with %s', async (_, options, code) => {
    const city = await cityFixture();

    expect(await city.outcomeOf(issue(city, { typeCode: DUAL_TYPE }, options))).toBe(code);
  });

  it('is limited by the mandate of the seal', async () => {
    const city = await cityFixture({ licenceTypes: [DUAL_TYPE], usesPerDay: 1 });

    expect(await city.outcomeOf(issue(city))).toBe('SEAL_OUTSIDE_MANDATE');
    expect(await city.outcomeOf(issue(city, { typeCode: DUAL_TYPE }, { approver: APPROVER }))).toBe(
      'recorded',
    );
    expect(
      await city.outcomeOf(
        issue(city, { typeCode: DUAL_TYPE, serial: '2' }, { approver: APPROVER }),
      ),
    ).toBe('SEAL_OUTSIDE_MANDATE');
  });

  it('is refused with a revoked seal', async () => {
    const city = await cityFixture();
    const body = { esId: ES_ID, reason: 'keyCompromise', effectiveFrom: null } as const;
    await mustRecord(city, [signAct(city.sealMaker, 'seal.revoke', body)]);

    expect(await city.outcomeOf(issue(city))).toBe('SEAL_REVOKED');
  });
});

describe('licence.change and licence.renew', () => {
  it('put a new version in the place of the current one', async () => {
    const city = await cityFixture();
    await mustRecord(city, [issue(city)]);
    const act = succeed(city, 'licence.change', 2);

    const { writes } = await city.submit([act]);

    expect(Object.keys(writes)).toHaveLength(4);
    expect(writes[`licence~${base(city.issuer)}`]).toMatchObject({
      identifier: identifier(city.issuer, { version: 2 }),
      version: 2,
      state: 'issued',
      issuedAt: NOW,
      status: { list: 0, index: 2 },
    });
    expect(writes[`version~${base(city.issuer)}~002`]).toMatchObject({
      predecessor: identifier(city.issuer),
      actId: act.act.id,
    });
    expect(await city.outcomeOf(lifecycle(city, 'licence.revoke'))).toBe('LICENCE_SUPERSEDED');
    expect(await city.outcomeOf(lifecycle(city, 'licence.revoke', { version: 2 }))).toBe(
      'recorded',
    );
  });

  it('refuse gaps, other predecessors and licences that are not there', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(succeed(city, 'licence.renew', 2))).toBe('LICENCE_NOT_FOUND');
    await mustRecord(city, [issue(city), issue(city, { serial: '2' })]);
    expect(await city.outcomeOf(succeed(city, 'licence.renew', 3, 1))).toBe(
      'LICENCE_VERSION_CONFLICT',
    );
    expect(await city.outcomeOf(succeed(city, 'licence.renew', 3, 2))).toBe('LICENCE_SUPERSEDED');
    const body = {
      ...buildLicence(city.issuer, { version: 2 }),
      predecessor: identifier(city.issuer, { serial: '2' }),
    };
    expect(await city.outcomeOf(signAct(city.issuer, 'licence.renew', body))).toBe(
      'PREDECESSOR_INVALID',
    );
  });

  it('are refused for what is not in force', async () => {
    const city = await cityFixture();
    await mustRecord(city, [issue(city), lifecycle(city, 'licence.suspend')]);

    expect(await city.outcomeOf(succeed(city, 'licence.change', 2))).toBe('LICENCE_STATE_CONFLICT');
  });
});

describe('life-cycle acts of a licence', () => {
  it.each<[LicenceLifecycleAct, string]>([
    ['licence.suspend', 'suspended'],
    ['licence.cancel', 'cancelled'],
    ['licence.revoke', 'revoked'],
    ['licence.withdraw', 'withdrawn'],
    ['licence.lapse', 'lapsed'],
    ['licence.transferOut', 'transferred'],
  ])('%s makes it %s and writes two keys besides the root', async (act, state) => {
    const city = await cityFixture();
    await mustRecord(city, [issue(city)]);
    const signed = lifecycle(city, act);

    const { writes } = await city.submit([signed]);

    expect(Object.keys(writes)).toEqual([
      `licence~${base(city.issuer)}`,
      expect.stringMatching(/^batch~/),
      `act~${signed.act.id}`,
    ]);
    expect(writes[`licence~${base(city.issuer)}`]).toMatchObject({
      state,
      since: NOW,
      reason: 'other',
      actId: signed.act.id,
    });
  });

  it.each([
    ['after the act', { effectiveFrom: later(NOW, 1) }, 'EFFECTIVE_TIME_INVALID'],
    ['before the issue', { effectiveFrom: '2025-01-01T00:00:00.000Z' }, 'EFFECTIVE_TIME_INVALID'],
    ['in an act before the issue', { at: '2026-01-01T00:00:00.000Z' }, 'ACT_BEFORE_SUBJECT'],
    ['from the issue on', { effectiveFrom: NOW, at: later(NOW, 1000) }, 'recorded'],
  ])('take effect %s: %p is %s', async (_, options, code) => {
    const city = await cityFixture();
    await mustRecord(city, [issue(city)]);

    expect(await city.outcomeOf(lifecycle(city, 'licence.withdraw', options))).toBe(code);
  });

  it('are refused to another issuer and for a licence that is not there', async () => {
    const city = await cityFixture();
    const body = {
      identifier: identifier(city.issuer),
      reason: 'other',
      effectiveFrom: null,
    } as const;

    expect(await city.outcomeOf(signAct(city.issuer, 'licence.revoke', body))).toBe(
      'LICENCE_NOT_FOUND',
    );
    await mustRecord(city, [issue(city)]);
    expect(await city.outcomeOf(signAct(city.otherIssuer, 'licence.revoke', body))).toBe(
      'NOT_AUTHORISED',
    );
  });

  it('see what earlier acts of the batch did', async () => {
    const city = await cityFixture();

    const { outcomes } = await city.submit([
      issue(city),
      lifecycle(city, 'licence.suspend'),
      lifecycle(city, 'licence.suspend'),
      lifecycle(city, 'licence.reinstate'),
      lifecycle(city, 'licence.revoke'),
      lifecycle(city, 'licence.reinstate'),
    ]);

    expect(codesOf(outcomes)).toEqual([
      'recorded',
      'recorded',
      'LICENCE_STATE_CONFLICT',
      'recorded',
      'recorded',
      'LICENCE_STATE_CONFLICT',
    ]);
  });
});

describe('licence.transferIn', () => {
  function transferIn(city: City, overrides: LicenceOptions = {}): SignedAct {
    return signAct(city.otherIssuer, 'licence.transferIn', {
      ...buildLicence(city.otherIssuer, {
        sealSignature: { esId: 'seal-2', signatureDigests: [digest(1)] },
        ...overrides,
      }),
      predecessor: identifier(city.issuer),
    });
  }

  async function cityOfTwo(): Promise<City> {
    const city = await cityFixture();
    const seal = buildSeal(city.otherIssuer, { esId: 'seal-2' });
    await mustRecord(city, [signAct(city.sealMaker, 'seal.make', seal)]);
    return city;
  }

  it('takes a licence over once, after it was transferred out', async () => {
    const city = await cityOfTwo();
    await mustRecord(city, [issue(city)]);

    expect(await city.outcomeOf(transferIn(city))).toBe('PREDECESSOR_INVALID');
    await mustRecord(city, [lifecycle(city, 'licence.transferOut')]);
    expect(await city.outcomeOf(transferIn(city))).toBe('recorded');
    expect(await city.outcomeOf(transferIn(city, { serial: '2' }))).toBe('PREDECESSOR_INVALID');
    expect(await city.read(statePlaces.successor(base(city.issuer)))).toMatchObject({
      identifier: identifier(city.otherIssuer),
    });
  });

  it('takes over a licence that this ledger does not know', async () => {
    const city = await cityOfTwo();

    expect(await city.outcomeOf(transferIn(city))).toBe('recorded');
  });

  it('rules out that the transfer is undone', async () => {
    const city = await cityOfTwo();
    const out = lifecycle(city, 'licence.transferOut');

    await mustRecord(city, [issue(city), out, lifecycle(city, 'licence.reinstate')]);
    await mustRecord(city, [lifecycle(city, 'licence.transferOut'), transferIn(city)]);

    expect(await city.outcomeOf(lifecycle(city, 'licence.reinstate'))).toBe(
      'LICENCE_STATE_CONFLICT',
    );
  });

  it('refuses another type', async () => {
    const city = await cityOfTwo();
    const act = signAct(
      city.otherIssuer,
      'licence.transferIn',
      {
        ...buildLicence(city.otherIssuer, { typeCode: DUAL_TYPE }),
        predecessor: identifier(city.issuer),
      },
      { approver: APPROVER },
    );

    expect(await city.outcomeOf(act)).toBe('PREDECESSOR_INVALID');
  });
});

describe('licence.putDocument', () => {
  function put(city: City, format: 'ofd' | 'pdf', seed = 60): SignedAct {
    const body = { identifier: identifier(city.issuer), document: buildDocument(format, seed) };
    return signAct(city.issuer, 'licence.putDocument', body);
  }

  it('replaces the document of a format', async () => {
    const city = await cityFixture();
    await mustRecord(city, [issue(city)]);

    expect(await city.outcomeOf(put(city, 'ofd'))).toBe('recorded');

    const version = await city.read(statePlaces.licenceVersion(base(city.issuer), 1));
    expect(version?.documents).toEqual([buildDocument('ofd', 60)]);
  });

  it('refuses a format that the type lacks, and a licence that is final', async () => {
    const city = await cityFixture();

    expect(await city.outcomeOf(put(city, 'ofd'))).toBe('LICENCE_NOT_FOUND');
    await mustRecord(city, [issue(city)]);
    expect(await city.outcomeOf(put(city, 'pdf'))).toBe('DOCUMENT_FORMAT_MISMATCH');
    await mustRecord(city, [lifecycle(city, 'licence.revoke')]);
    expect(await city.outcomeOf(put(city, 'ofd'))).toBe('LICENCE_STATE_CONFLICT');
  });
});

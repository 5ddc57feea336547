import type { Principal } from '../access.ts';
import { groupQueryCode } from '../cases/queryCode.ts';
import { collectOwnData, type OwnData } from '../holders/ownData.ts';
import type { Language } from '../language.ts';
import type { Case } from '../store/store.ts';
import { presentErasure } from './erasureRoutes.ts';
import { defineRoute, type Route } from './guard.ts';
import { presentMaterial } from './materialRoutes.ts';
import { createNames, type Names } from './names.ts';
import { presentNotice } from './noticeRoutes.ts';
import { presentObjection } from './objectionRoutes.ts';
import type { AppParts } from './parts.ts';
import { presentGrant } from './presentGrant.ts';
import { presentLicence } from './presentLicence.ts';
import { presentUse } from './presentUse.ts';

/** What is kept of a holder, for the holder to take away. */
export function ownDataRoutes({ clock, store }: AppParts): readonly Route[] {
  const names = createNames(store);
  return [
    defineRoute({
      method: 'get',
      path: '/me/data',
      summary: 'Everything that is kept of oneself, as one JSON file; documents are had one by one',
      access: ['holder'],
      answers: { 200: { mediaTypes: ['application/json'] } },
      async run({ principal, language }) {
        const data = await collectOwnData({ clock, store }, principal);
        const presented = await presentOwnData(names, data, { principal, language });
        return {
          status: 200,
          bytes: JSON.stringify(presented, null, 2),
          headers: {
            'content-type': 'application/json',
            'content-disposition': 'attachment; filename="my-data.json"',
          },
        };
      },
    }),
  ];
}

async function presentOwnData(
  names: Names,
  data: OwnData,
  reader: Readonly<{ principal: Principal; language: Language }>,
): Promise<object> {
  const { principal, language } = reader;
  const { at, licences, uses, objections, grants, cases, materials, receipts, erasures } = data;
  const { notices, noticePreferences } = data;
  return {
    at: at.toISOString(),
    account: { username: principal.username, displayName: principal.displayName },
    licences: await Promise.all(
      licences.map(async ({ licence, parts }) => ({
        ...(await presentLicence(names, licence)),
        code: parts?.codeText ?? null,
        credential: parts?.credential ?? null,
      })),
    ),
    uses: uses.map((use) => presentUse(use, { principal, language })),
    objections: objections.map((objection) => presentObjection(objection, at)),
    grants: grants.map((grant) => presentGrant(grant, principal, at)),
    cases: cases.map(presentOwnCase),
    materials: materials.map(presentMaterial),
    receipts: receipts.map(({ id, state, jws }) => ({ id, state, receipt: jws })),
    erasures: erasures.map(presentErasure),
    notices: notices.map((notice) => presentNotice(notice, language)),
    noticePreferences,
  };
}

function presentOwnCase({ id, queryCode, bundle, subCases, holder, openedAt }: Case): object {
  return {
    ...{ id, bundle, holder },
    queryCode: groupQueryCode(queryCode),
    matters: subCases.map(({ matter, state, outcome }) => ({ matter, state, outcome })),
    openedAt: openedAt.toISOString(),
  };
}

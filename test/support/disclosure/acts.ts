import { CASE_TRANSITIONS, type CaseAction } from '../../../service/src/cases/caseStates.ts';
import { foreignPdf } from '../foreignPdf.ts';
import { formOf } from '../testApp.ts';
import { TEST_COMPANY, TEST_TYPES } from '../testService.ts';
import { CANARY_HOLDERS, canaryFile } from './canaries.ts';
import { contentOf, MATTERS, type Asker, type Call, type DisclosureCity } from './city.ts';
import type { Recipe, Recipes } from './recipe.ts';

const first = CANARY_HOLDERS.first.holder;

/** What is not the holder's own and not the maker's either. */
const MAY_ACT: readonly Asker[] = ['issuer', 'approver'];

/** A licence of the first holder's that nothing was done with yet. */
async function licenceFor(city: DisclosureCity, asker: Asker): Promise<string> {
  return MAY_ACT.includes(asker)
    ? (await city.issue('first')).identifier
    : city.facts.single.identifier;
}

async function draftFor(city: DisclosureCity, asker: Asker): Promise<string> {
  if (!MAY_ACT.includes(asker)) return city.facts.single.identifier;
  const json = { typeCode: TEST_TYPES.dual, ...contentOf(city, 'first') };
  return (await city.must('issuer', 'POST', { path: '/licences', json })).identifier;
}

const licenceAct = (verb: string, json: object, before?: string): Recipe => ({
  act: 'licence',
  call: async (city, asker) => {
    const path = `/licences/${await licenceFor(city, asker)}`;
    if (before !== undefined && MAY_ACT.includes(asker)) {
      await city.must('issuer', 'POST', { path: `${path}/${before}`, json: { reason: 'other' } });
    }
    return { path: `${path}/${verb}`, json };
  },
});
const ending = { reason: 'other' } as const;

export const LICENCE_ACTS: Recipes = {
  'POST /licences': {
    act: 'licence',
    call: (city) => ({
      path: '/licences',
      json: { typeCode: TEST_TYPES.single, ...contentOf(city, 'second') },
    }),
  },
  'PUT /licences/{identifier}': {
    act: 'licence',
    call: async (city, asker) => ({
      path: `/licences/${await draftFor(city, asker)}`,
      json: contentOf(city, 'first'),
    }),
  },
  'DELETE /licences/{identifier}': {
    call: async (city, asker) => ({ path: `/licences/${await draftFor(city, asker)}` }),
  },
  'POST /licences/{identifier}/approve': {
    act: 'licence',
    call: async (city, asker) => ({
      path: `/licences/${await draftFor(city, asker)}/approve`,
      json: {},
    }),
  },
  'POST /licences/{identifier}/return': {
    act: 'licence',
    call: async (city, asker) => ({
      path: `/licences/${await draftFor(city, asker)}/return`,
      json: { note: '请补正' },
    }),
  },
  'POST /licences/{identifier}/suspend': licenceAct('suspend', ending),
  'POST /licences/{identifier}/reinstate': licenceAct('reinstate', ending, 'suspend'),
  'POST /licences/{identifier}/revoke': licenceAct('revoke', ending),
  'POST /licences/{identifier}/withdraw': licenceAct('withdraw', ending),
  'POST /licences/{identifier}/cancel': licenceAct('cancel', ending),
  'POST /licences/{identifier}/lapse': licenceAct('lapse', ending),
  'POST /licences/{identifier}/transfer-out': licenceAct('transfer-out', ending),
  'POST /licences/{identifier}/change': licenceAct('change', { fields: { seats: 12 } }),
  'POST /licences/{identifier}/renew': {
    act: 'licence',
    call: async (city, asker) => ({
      path: `/licences/${await licenceFor(city, asker)}/renew`,
      json: { validUntil: new Date(city.clock.now().getTime() + 2e11).toISOString() },
    }),
  },
};

/** Who stands in some way to a case of the first holder's. */
const OF_CASE: readonly Asker[] = ['clerk', 'issuer', 'approver', 'first', 'agent'];

/** A case of the first holder's, opened at the clerk's window; a step each. */
async function caseFor(
  city: DisclosureCity,
  asker: Asker,
  steps: readonly CaseAction[] = [],
): Promise<string> {
  if (!OF_CASE.includes(asker)) return city.facts.caseId;
  const opened = await city.must('clerk', 'POST', {
    path: '/cases',
    json: { matter: MATTERS.diner, holder: first, representedBy: TEST_COMPANY },
  });
  for (const step of steps) {
    await city.must('issuer', 'POST', {
      path: `/cases/${opened.id}/${step}`,
      json: { reason: '如材料所示' },
    });
  }
  return opened.id;
}

const BEFORE: Readonly<Record<CaseAction, readonly CaseAction[]>> = {
  'request-materials': [],
  accept: [],
  decline: [],
  review: ['accept'],
  suspend: ['accept'],
  resume: ['accept', 'suspend'],
  approve: ['accept', 'review'],
  refuse: ['accept', 'review'],
  close: ['accept', 'review', 'approve'],
  withdraw: [],
};

const caseStep = (action: CaseAction): Recipe => ({
  act: 'case',
  call: async (city, asker) => ({
    path: `/cases/${await caseFor(city, asker, BEFORE[action])}/${action}`,
    json: { reason: '如材料所示' },
  }),
});

/** Proposes to the first holder to use a file again. */
async function proposalFor(city: DisclosureCity, asker: Asker, verb: string): Promise<Call> {
  const id = await caseFor(city, asker);
  if (!OF_CASE.includes(asker)) {
    return { path: `/cases/${id}/material-requests/none/${verb}`, json: {} };
  }
  const proposed = await city.must('clerk', 'POST', {
    path: `/cases/${id}/material-requests`,
    json: { materialCode: 'lease', materialId: city.facts.materialId },
  });
  return { path: `/cases/${id}/material-requests/${proposed.id}/${verb}`, json: {} };
}

export const CASE_ACTS: Recipes = {
  'POST /cases': {
    act: 'case',
    call: (_, asker) => ({
      path: '/cases',
      json: {
        matter: MATTERS.diner,
        ...(asker === 'first' ? {} : { holder: first }),
      },
    }),
  },
  ...Object.fromEntries(
    CASE_TRANSITIONS.map(({ action }) => [`POST /cases/{id}/${action}`, caseStep(action)]),
  ),
  'POST /cases/{id}/rating': {
    act: 'case',
    call: async (city, asker) => ({
      path: `/cases/${await caseFor(city, asker, ['accept', 'review', 'approve'])}/rating`,
      json: { level: 5 },
    }),
  },
  'POST /cases/{id}/materials': {
    call: async (city, asker) => ({
      path: `/cases/${await caseFor(city, asker)}/materials`,
      json: { materialCode: 'lease', materialId: city.facts.materialId },
    }),
  },
  'POST /cases/{id}/material-requests': {
    call: async (city, asker) => ({
      path: `/cases/${await caseFor(city, asker)}/material-requests`,
      json: { materialCode: 'lease', materialId: city.facts.materialId },
    }),
  },
  'POST /cases/{id}/material-requests/{request}/confirm': {
    call: (city, asker) => proposalFor(city, asker, 'confirm'),
  },
  'POST /cases/{id}/material-requests/{request}/decline': {
    call: (city, asker) => proposalFor(city, asker, 'decline'),
  },
  'GET /cases/{id}/offers': {
    call: async (city, asker) => ({ path: `/cases/${await caseFor(city, asker)}/offers` }),
  },
  'POST /materials': {
    call: async (_, asker) => {
      const { material } = CANARY_HOLDERS.second;
      if (asker !== 'second')
        return { path: '/materials', form: formOf(await foreignPdf(), { name: '租约' }) };
      const form = formOf(await canaryFile('second'), { name: material.name });
      return { path: '/materials', form, says: `${material.name} ${material.title}` };
    },
  },
};

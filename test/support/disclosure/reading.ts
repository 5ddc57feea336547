import { TEST_ORGANISATIONS, TEST_TYPES } from '../testService.ts';
import { CANARY_HOLDERS } from './canaries.ts';
import { MATTERS } from './city.ts';
import { get, plain, type Recipes } from './recipe.ts';

const { holder } = CANARY_HOLDERS.first;
const holderQuery = `holderCode=${holder.code}&holderCodeType=${holder.codeType}`;
const PICTURE = { isPicture: true } as const;

/** What can be read as often as one likes. */
export const READING: Recipes = {
  'GET /me': plain('/me'),
  'GET /me/uses': plain('/me/uses?limit=50'),
  'GET /me/receipts': plain('/me/receipts'),
  'GET /me/data': plain('/me/data'),
  'GET /me/objections': plain('/me/objections'),
  'GET /me/erasures': plain('/me/erasures'),
  'GET /receipts': plain('/receipts'),
  'GET /receipts/{id}': get(({ receiptId }, asker) => {
    const format = asker === 'clerk' ? 'jws' : asker === 'auditor' ? 'pdf' : 'json';
    return `/receipts/${receiptId}?format=${format}`;
  }),
  'GET /receipts/{id}/salts': get(({ receiptId }) => `/receipts/${receiptId}/salts`),
  'GET /organisations': plain('/organisations'),
  'GET /organisations/{creditCode}': plain(
    `/organisations/${TEST_ORGANISATIONS.market.creditCode}`,
  ),
  'GET /windows': plain('/windows'),
  'GET /windows/{code}': plain('/windows/W01'),
  'GET /people': plain('/people?limit=200'),
  'GET /people/{id}': {
    call: ({ askers }) => ({ path: `/people/${askers.first?.id ?? ''}` }),
  },
  'GET /health': plain('/health'),
  'GET /me/sessions': plain('/me/sessions'),
  'GET /people/{id}/sessions': {
    call: ({ askers }) => ({ path: `/people/${askers.first?.id ?? ''}/sessions` }),
  },
  'GET /statistics': plain('/statistics'),
  'GET /audit/alarms': plain('/audit/alarms'),
  'GET /audit/administration': plain('/audit/administration'),
  'GET /audit/licences/{identifier}': get(({ single }) => `/audit/licences/${single.identifier}`),
  'GET /erasures': plain('/erasures'),
  'GET /objections': plain('/objections'),
  'GET /recall-notices': plain('/recall-notices'),
  'GET /clients': plain('/clients'),
  'GET /grants': plain('/grants'),
  'GET /grants/{id}': get(({ grantId }) => `/grants/${grantId}`),
  'GET /grants/{id}/licences': get(({ grantId }) => `/grants/${grantId}/licences`),
  'GET /grants/{id}/uses': get(({ grantId }) => `/grants/${grantId}/uses`),
  'GET /presentations/{id}': get(({ presentationId }) => `/presentations/${presentationId}`),
  'GET /seals': plain('/seals'),
  'GET /seals/{esId}': { call: ({ app }) => ({ path: `/seals/${app.city.esId}` }) },
  'GET /seals/{esId}/file': { call: ({ app }) => ({ path: `/seals/${app.city.esId}/file` }) },
  'GET /seals/{esId}/picture': {
    call: ({ app }) => ({ path: `/seals/${app.city.esId}/picture` }),
  },
  'GET /seals/{esId}/uses': { call: ({ app }) => ({ path: `/seals/${app.city.esId}/uses` }) },
  'GET /seals/{esId}/renewals': {
    call: ({ app }) => ({ path: `/seals/${app.city.esId}/renewals` }),
  },
  'GET /seal-signatures': plain('/seal-signatures'),
  'GET /seal-applications': plain('/seal-applications'),
  'GET /personal-signatures': plain('/personal-signatures'),
  'GET /personal-signatures/{id}/file': get(
    ({ signatureId }) => `/personal-signatures/${signatureId}/file`,
  ),
  'GET /licence-types': plain('/licence-types'),
  'GET /licence-types/{typeCode}': plain(`/licence-types/${TEST_TYPES.single}`),
  'GET /licences': get((_, asker) =>
    ['auditor', 'issuer'].includes(asker)
      ? `/licences?${holderQuery}&limit=10`
      : '/licences?limit=10',
  ),
  'GET /licences/{identifier}': get(({ single }) => `/licences/${single.identifier}`),
  'GET /licences/{identifier}/document': get(({ dual }, asker) => {
    const format = asker === 'auditor' || asker === 'issuer' ? 'pdf' : 'ofd';
    return `/licences/${dual.identifier}/document?format=${format}`;
  }),
  'GET /licences/{identifier}/preview': get(
    ({ single }, asker) =>
      `/licences/${single.identifier}/preview?format=${asker === 'issuer' ? 'png' : 'svg'}`,
    PICTURE,
  ),
  'GET /licences/{identifier}/qr': get(
    ({ single }, asker) =>
      `/licences/${single.identifier}/qr?format=${asker === 'issuer' ? 'text' : 'png'}`,
    PICTURE,
  ),
  'GET /licences/{identifier}/history': get(
    ({ single }) => `/licences/${single.identifier}/history`,
  ),
  'GET /licences/{identifier}/uses': get(
    ({ single }) => `/licences/${single.identifier}/uses?limit=20`,
  ),
  'GET /licences/{identifier}/reliance': get(
    ({ single }) => `/licences/${single.identifier}/reliance`,
  ),
  'GET /licences/{identifier}/proof': get(({ single }) => `/licences/${single.identifier}/proof`),
  'GET /imports': plain('/imports'),
  'GET /imports/{id}': get(({ importId }) => `/imports/${importId}`),
  'GET /imports/{id}/faults': get(({ importId }) => `/imports/${importId}/faults`),
  'GET /imports/{id}/rows': get(({ importId }) => `/imports/${importId}/rows`),
  'GET /usage-records': get(
    (_, asker) => `/usage-records?limit=50${asker === 'auditor' ? `&${holderQuery}` : ''}`,
  ),
  'GET /usage-records/{id}': get(({ useId }) => `/usage-records/${useId}`),
  'GET /usage-records/{id}/proof': get(({ useId }) => `/usage-records/${useId}/proof`),
  'GET /matters': plain('/matters'),
  'GET /matters/{code}': plain(`/matters/${MATTERS.diner}`),
  'GET /matters/{code}/versions': plain(`/matters/${MATTERS.diner}/versions`),
  'GET /matters/{code}/materials': get((_, asker) =>
    ['clerk', 'otherClerk'].includes(asker)
      ? `/matters/${MATTERS.diner}/materials?${holderQuery}`
      : `/matters/${MATTERS.diner}/materials`,
  ),
  'GET /matters/export': plain('/matters/export'),
  'GET /cases/by-query-code/{code}': get(
    ({ queryCode }) => `/cases/by-query-code/${encodeURIComponent(queryCode)}`,
  ),
  'GET /cases': plain('/cases'),
  'GET /cases/{id}': get(
    ({ caseId }, asker) => `/cases/${caseId}${asker === 'agent' ? '?licences=true' : ''}`,
  ),
  'GET /cases/{id}/materials/{submission}/file': get(
    ({ caseId, submissionId }) => `/cases/${caseId}/materials/${submissionId}/file`,
  ),
  'GET /materials': plain('/materials'),
  'GET /materials/{id}': get(({ materialId }) => `/materials/${materialId}`),
  'GET /materials/{id}/file': get(({ materialId }) => `/materials/${materialId}/file`),
  'GET /calendar': plain('/calendar'),
  'GET /waivers': get((_, asker) => `/waivers?format=${asker === 'auditor' ? 'csv' : 'json'}`),
  'GET /waivers/next': plain('/waivers/next'),
  'GET /waivers/mine': plain('/waivers/mine'),
  'GET /waivers/licence-types': plain('/waivers/licence-types'),
  'GET /ledger': plain('/ledger'),
  'GET /ledger/checkpoint': plain('/ledger/checkpoint'),
  'GET /ledger/node-certificates': plain('/ledger/node-certificates'),
  'GET /ledger/consistency': plain('/ledger/consistency?from=1&to=2'),
  'GET /ledger/blocks/{number}': get(({ single }) => `/ledger/blocks/${single.ledger?.block ?? 0}`),
  'GET /trust-list': plain('/trust-list'),
  'GET /trust-bundle': plain('/trust-bundle'),
  'GET /trust-roots': plain('/trust-roots'),
  'GET /trust-list/export': plain('/trust-list/export'),
  'GET /trust-list/proposals': plain('/trust-list/proposals'),
  'GET /certificates': plain('/certificates'),
  'GET /authorities/{creditCode}/document-signers': plain(
    `/authorities/${TEST_ORGANISATIONS.market.creditCode}/document-signers`,
  ),
  'GET /status-lists/{list}': plain('/status-lists/0'),
  'GET /sessions/methods': plain('/sessions/methods'),
};

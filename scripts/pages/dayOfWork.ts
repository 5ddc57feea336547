/** A day's work in a demo city, so that its pages have something to show. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoCity } from './demoCity.ts';

const STOCK = join(import.meta.dirname, '../../data/demo/stock-licences.csv');
const STOCK_ROWS = 40;
/** Of the bundle "open a restaurant": three matters, eleven materials. */
const BUNDLE = '429000100001';
const WINDOW = 'W01';

export interface DayOfWork {
  /** A licence in force that was shown at the counter. */
  readonly licence: string;
  /** Waits for its second person. */
  readonly draft: string;
  readonly import: string;
  readonly case: string;
  readonly queryCode: string;
  readonly receipt: string;
}

/** Does it: drafts, a licence returned, a case with licences shown, a refused look, an objection. */
export async function workADay(city: DemoCity): Promise<DayOfWork> {
  const { facts } = city;
  const send: DemoCity['send'] = (...request) => city.send(...request);
  const [type] = facts.types;
  const [person, other] = facts.holders.map(({ name, code, codeType }) => ({
    name,
    code,
    codeType,
  }));
  if (type === undefined || person === undefined || other === undefined)
    throw new Error('an empty city');
  const period = { validFrom: '2026-01-01', validUntil: '2031-12-31' };
  const request = { typeCode: type.typeCode, fields: type.sampleFields, ...period };
  const draft = await send('maker', 'POST', '/licences', { ...request, holder: person });
  const returned = await send('maker', 'POST', '/licences', { ...request, holder: other });
  await send('checker', 'POST', `/licences/${returned.identifier}/return`, {
    note: '经营场所与申请书不一致，请核对后重报。',
  });
  const imported = await send('maker', 'POST', '/imports?dryRun=true', stockTable(type.typeCode));
  const opened = await send('clerk', 'POST', '/cases', { matter: BUNDLE, holder: person });
  const own = await send('holder', 'GET', '/licences');
  const licences = own.items.map(({ identifier }) => ({ identifier }));
  const shown = { licences, window: WINDOW, matter: BUNDLE };
  const { spokenCode } = await send('holder', 'POST', '/presentations', shown);
  const redeem = { code: spokenCode, matter: BUNDLE, purpose: '开办餐馆' };
  await send('clerk2', 'POST', '/presentations/redeem', redeem).catch(() => null); // another window's: refused, and on record
  const redeemed = await send('clerk', 'POST', '/presentations/redeem', {
    ...redeem,
    caseId: opened.id,
  });
  const uses = await send('holder', 'GET', '/me/uses');
  const refused = uses.items.find(({ outcome }) => outcome === 'refused');
  if (refused !== undefined) {
    await send('holder', 'POST', `/usage-records/${refused.id}/objections`, {
      reason: '我没有去过2号窗口。',
    });
  }
  const licence = licences[0]?.identifier ?? '';
  return {
    ...{ licence, draft: draft.identifier, import: imported.id, case: opened.id },
    ...{ queryCode: opened.queryCode, receipt: redeemed.receiptId },
  };
}

/** The first rows of the stock, of one type and of others: some are refused. */
function stockTable(typeCode: string): FormData {
  const lines = readFileSync(STOCK, 'utf8')
    .split('\n')
    .slice(0, STOCK_ROWS + 1);
  const form = new FormData();
  form.set('typeCode', typeCode);
  form.set('file', new Blob([lines.join('\n')]), 'stock.csv');
  return form;
}

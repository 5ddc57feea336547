/** What the issue form holds, what is wrong with it, and what the API is sent: pure. */
import { dayOf } from '../../i18n/instant.ts';
import type { Shapes } from '../api.ts';
import { findFieldFaults, type FieldFault } from './fieldFaults.ts';
import { checkHolderCode, type CodeFault, type CodeType } from './holderCode.ts';
import { dayAfter, findPeriodFault, lastDayAfter, type PeriodFault } from './period.ts';
import { fieldsOf, valuesOf, type FormField, type FormValues } from './schemaForm.ts';

type Licence = Shapes['Licence'];

export type IssueMode = 'new' | 'draft' | 'change' | 'renew';

export interface IssueDraft {
  codeType: CodeType;
  code: string;
  name: string;
  values: FormValues;
  from: string;
  until: string;
  isEndless: boolean;
  serial: string;
  takesOver: string;
}

/** By JSON pointer of the request, as the service names them. */
export interface IssueFaults {
  readonly code: CodeFault | 'short' | 'empty' | null;
  readonly isNameMissing: boolean;
  readonly period: PeriodFault | null;
  readonly isSerialWrong: boolean;
  readonly fields: Readonly<Record<string, FieldFault>>;
}

const DEFAULT_YEARS = 5;

/** @param today - `yyyy-mm-dd`. */
export function emptyDraft(form: readonly FormField[], today: string): IssueDraft {
  return {
    ...{ codeType: '001', code: '', name: '', values: valuesOf(form), serial: '', takesOver: '' },
    ...{ from: today, until: lastDayAfter(today, DEFAULT_YEARS), isEndless: false },
  };
}

/** What another version begins with. @param mode - a renewal goes on for as long again. */
export function draftOf(form: readonly FormField[], licence: Licence, mode: IssueMode): IssueDraft {
  const { holder, fields, validFrom, validUntil } = licence;
  const from = dayOf(validFrom);
  const until = validUntil === null ? '' : dayOf(validUntil);
  return {
    codeType: toCodeType(holder?.codeType),
    code: holder?.code ?? '',
    name: holder?.name ?? '',
    values: valuesOf(form, fields ?? {}),
    from,
    until: mode === 'renew' && until !== '' ? prolong(from, until) : until,
    isEndless: validUntil === null,
    ...{ serial: '', takesOver: '' },
  };
}

/** @param before - the last day of what is renewed; null: nothing is. */
export function findFaults(
  form: readonly FormField[],
  draft: IssueDraft,
  before: string | null,
): IssueFaults {
  return {
    code: codeFault(draft),
    isNameMissing: draft.name.trim() === '',
    period: findPeriodFault(draft.from, draft.isEndless ? null : draft.until, before),
    isSerialWrong: !/^[0-9A-Z]{0,32}$/.test(draft.serial),
    fields: findFieldFaults(form, draft.values),
  };
}

export function countFaults(faults: IssueFaults): number {
  const others = [faults.code, faults.isNameMissing, faults.period, faults.isSerialWrong];
  return others.filter(Boolean).length + Object.keys(faults.fields).length;
}

/** Holder, fields and period, as drafts are sent. */
export function contentOf(
  form: readonly FormField[],
  draft: IssueDraft,
): {
  readonly holder: { readonly name: string; readonly code: string; readonly codeType: CodeType };
  readonly fields: Record<string, unknown>;
  readonly validFrom: string;
  readonly validUntil: string | null;
} {
  const { codeType, name, values, from, until, isEndless } = draft;
  const { code } = checkHolderCode(codeType, draft.code);
  return {
    holder: { name: name.trim(), code, codeType },
    fields: { ...fieldsOf(form, values) },
    validFrom: from,
    validUntil: isEndless ? null : until,
  };
}

/** What a change or renewal sends: what is other than before; null removes a member (RFC 7396). */
export function successionOf(
  before: Licence,
  form: readonly FormField[],
  draft: IssueDraft,
): Readonly<{
  holderName?: string;
  fields?: Record<string, unknown>;
  validFrom?: string;
  validUntil?: string | null;
}> {
  const { holder, fields, validFrom, validUntil } = contentOf(form, draft);
  const old = before.fields ?? {};
  const changes = Object.fromEntries(
    [...new Set([...Object.keys(old), ...Object.keys(fields)])]
      .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(fields[name]))
      .map((name) => [name, fields[name] ?? null]),
  );
  const oldUntil = before.validUntil === null ? null : dayOf(before.validUntil);
  return {
    ...(holder.name === before.holder?.name ? {} : { holderName: holder.name }),
    ...(Object.keys(changes).length === 0 ? {} : { fields: changes }),
    ...(validFrom === dayOf(before.validFrom) ? {} : { validFrom }),
    ...(validUntil === oldUntil ? {} : { validUntil }),
  };
}

/** Faults that the service found, by pointer below the fields. */
export function faultsOfService(
  faults: readonly { readonly pointer: string; readonly detail: string }[],
): Readonly<Record<string, FieldFault>> {
  return Object.fromEntries(
    faults
      .filter(({ pointer }) => pointer.startsWith('/fields/'))
      .map(({ pointer, detail }) => [
        pointer.slice('/fields'.length),
        { name: 'other', value: detail },
      ]),
  );
}

function codeFault({ codeType, code }: IssueDraft): IssueFaults['code'] {
  const { state, fault } = checkHolderCode(codeType, code);
  if (state === 'empty') return 'empty';
  return state === 'typing' ? 'short' : fault;
}

function toCodeType(text: string | undefined): CodeType {
  return text === '111' || text === '999' ? text : '001';
}

/** As many whole years more as the period had, at least one. */
function prolong(from: string, until: string): string {
  const years = Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 31_557_600_000));
  return lastDayAfter(dayAfter(until), years);
}

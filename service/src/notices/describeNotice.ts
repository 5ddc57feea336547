import { readIdentifier } from '../identifier.ts';
import type { Text } from '../language.ts';
import type { Notice, Store } from '../store/store.ts';
import { useDetailsOf } from '../usage/recordUse.ts';
import { useNames, type NameStore } from '../usage/useNames.ts';
import { useStatement } from '../usage/useStatement.ts';
import { noticeStatement } from './noticeStatement.ts';

export type DescribeStore = Pick<Store, 'usage'> & NameStore;

export interface DescribedNotice {
  readonly notice: Notice;
  readonly statement: Text;
  readonly licenceType: string | null;
}

/**
 * Says what notices tell.
 *
 * @param audience - the holder reads what stands on record, whole; who brings it to the holder reads neither the clerk's
 * name nor the purpose, which is free text.
 * @returns a function that looks each name up once.
 */
export function noticeDescriber(
  store: DescribeStore,
  audience: 'holder' | 'gateway',
): (notice: Notice) => Promise<DescribedNotice> {
  const namesOf = useNames(store);
  return async (notice) => {
    const use = notice.event === 'use' ? await store.usage.find(notice.subject) : null;
    if (use === null) return await describeOther(store, notice);
    const details = useDetailsOf(use.record);
    const names = await namesOf(use, details);
    const { licenceType } = names;
    if (audience === 'holder')
      return { notice, licenceType, statement: useStatement(use, names, details, 'holder') };
    const clerk = details.client === undefined ? null : names.clerk; // a system's name is no person's
    const shown = { ...names, clerk };
    const statement = useStatement({ ...use, purpose: null }, shown, details, 'holder');
    return { notice, licenceType, statement };
  };
}

async function describeOther(store: NameStore, notice: Notice): Promise<DescribedNotice> {
  const type =
    notice.kind === 'licence'
      ? await store.licenceTypes.find(readIdentifier(notice.subject).typeCode)
      : null;
  const licenceType = type?.name ?? null;
  return { notice, licenceType, statement: noticeStatement(notice, licenceType) };
}

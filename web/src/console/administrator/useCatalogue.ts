/** Licence types and matters by their codes, for pages that name them. */
import { computed, type ComputedRef, type ShallowRef } from 'vue';
import { api, ask, type Problem } from '../api.ts';
import { useAsk } from '../useAsk.ts';
import { everyPage } from '../components/everyPage.ts';
import { named } from '../components/names.ts';
import type { LicenceType } from './licenceFields.ts';
import type { Matter } from './matterDraft.ts';

export interface Catalogue {
  readonly types: ComputedRef<readonly LicenceType[]>;
  readonly matters: ComputedRef<readonly Matter[]>;
  readonly isLoaded: ComputedRef<boolean>;
  readonly problem: ShallowRef<Problem | null>;
  typeOf(typeCode: string): LicenceType | undefined;
  matterName(code: string): string;
  load(): Promise<void>;
}

export function useCatalogue(): Catalogue {
  const asking = useAsk(async () => {
    const types = await everyPage((query) => ask(api.GET('/licence-types', { params: { query } })));
    if (!types.ok) return types;
    const matters = await everyPage((query) => ask(api.GET('/matters', { params: { query } })));
    if (!matters.ok) return matters;
    return { ...matters, data: { types: types.data, matters: matters.data } };
  });
  const types = computed(() => asking.data.value?.types ?? []);
  const matters = computed(() => asking.data.value?.matters ?? []);
  return {
    ...{ types, matters, problem: asking.problem },
    isLoaded: computed(() => asking.data.value !== null),
    typeOf: (typeCode) => types.value.find((type) => type.typeCode === typeCode),
    matterName: (code) => named(matters.value.find((matter) => matter.code === code)?.name ?? code),
    async load() {
      await asking.run();
    },
  };
}

/** Organisations and windows by their codes, for pages that name them. */
import { computed, type ComputedRef, type ShallowRef } from 'vue';
import { api, ask, type Problem, type Shapes } from '../api.ts';
import { useAsk } from '../useAsk.ts';
import { everyPage } from '../components/everyPage.ts';
import type { Organisation } from './organisationTree.ts';

export type Window = Shapes['Window'];

export interface Directory {
  readonly organisations: ComputedRef<readonly Organisation[]>;
  readonly windows: ComputedRef<readonly Window[]>;
  readonly isLoaded: ComputedRef<boolean>;
  readonly problem: ShallowRef<Problem | null>;
  /** The name, or the code itself while it is not known. */
  nameOf(creditCode: string): string;
  windowName(code: string): string;
  load(): Promise<void>;
}

export function useDirectory(): Directory {
  const asking = useAsk(async () => {
    const organisations = await everyPage((query) =>
      ask(api.GET('/organisations', { params: { query } })),
    );
    if (!organisations.ok) return organisations;
    const windows = await everyPage((query) => ask(api.GET('/windows', { params: { query } })));
    if (!windows.ok) return windows;
    return {
      ...windows,
      data: { organisations: organisations.data, windows: windows.data },
    };
  });
  const organisations = computed(() => asking.data.value?.organisations ?? []);
  const windows = computed(() => asking.data.value?.windows ?? []);
  const names = computed(
    () => new Map(organisations.value.map(({ creditCode, name }) => [creditCode, name])),
  );
  return {
    ...{ organisations, windows, problem: asking.problem },
    isLoaded: computed(() => asking.data.value !== null),
    nameOf: (creditCode) => names.value.get(creditCode) ?? creditCode,
    windowName: (code) => windows.value.find((one) => one.code === code)?.name ?? code,
    async load() {
      await asking.run();
    },
  };
}

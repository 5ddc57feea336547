import { computed, onMounted, type ComputedRef } from 'vue';
import { api, ask } from '../api.ts';
import { named } from '../components/names.ts';
import { useAsk } from '../useAsk.ts';

/** Names of licence types by code; empty until they are there. */
export function useTypeNames(): ComputedRef<ReadonlyMap<string, string>> {
  const types = useAsk(() => ask(api.GET('/licence-types', { params: { query: { limit: 200 } } })));
  onMounted(() => void types.run());
  return computed(
    () =>
      new Map(types.data.value?.items.map(({ typeCode, name }) => [typeCode, named(name)]) ?? []),
  );
}

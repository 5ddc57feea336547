import { computed, onMounted, type ComputedRef } from 'vue';
import { api, ask, type Shapes } from '../api.ts';
import { useAsk } from '../useAsk.ts';

/** Days off and made-up working days; until they are there, weekends alone are off. */
export function useCalendar(): ComputedRef<Pick<Shapes['Calendar'], 'holidays' | 'workingDays'>> {
  const calendar = useAsk(() => ask(api.GET('/calendar')));
  onMounted(() => void calendar.run());
  return computed(() => calendar.data.value ?? { holidays: [], workingDays: [] });
}

import { useRoute } from 'vue-router';

/** A part of the page's address, as it was when the page was opened: another one is another page. */
export function useRouteId(name: string): string {
  const value = useRoute().params[name];
  return typeof value === 'string' ? value : '';
}

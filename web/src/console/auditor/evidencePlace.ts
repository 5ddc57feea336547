/** Where this console shows a list of the API that an alarm points to. */
const PLACES: Readonly<Record<string, string>> = {
  'usage-records': '/audit',
  administration: '/audit/administration',
  objections: '/audit/objections',
  'recall-notices': '/audit/registers?tab=recalls',
  certificates: '/audit/ledger',
  'trust-list': '/audit/ledger',
  seals: '/audit/ledger',
};

export function placeOf({ list }: { readonly list: string }): string {
  return PLACES[list] ?? '/audit';
}

import type { Act } from '@yinxin/chaincode/model';

/** Acts that begin a version of a licence. */
const VERSION_ACTS = [
  'licence.issue',
  'licence.change',
  'licence.renew',
  'licence.transferIn',
] as const;

/** Whether an act begins a version of a licence: its body names the documents and the place in the status lists. */
export function beginsVersion(act: Act): act is Act<(typeof VERSION_ACTS)[number]> {
  return VERSION_ACTS.some((name) => name === act.act);
}

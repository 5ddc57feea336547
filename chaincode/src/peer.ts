/** What a peer's chaincode process loads: the contracts, and the shim taught to ask for several keys at once. */
import { createRequire } from 'node:module';

import { listenForOffers } from './bulkState.js';
import type { PeerConnection } from './bulkState.js';

export { contracts } from './index.js';

// the shim has no types for its inside
const { ChaincodeMessageHandler } = createRequire(__filename)('fabric-shim/lib/handler') as {
  readonly ChaincodeMessageHandler: { readonly prototype: PeerConnection };
};
listenForOffers(ChaincodeMessageHandler);

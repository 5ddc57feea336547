/** What the Fabric shim loads. */
import type { Contract } from 'fabric-contract-api';

/** Contract classes in the order of registration. The shim adds its own to the array it is given: pass a copy. */
export const contracts: (new () => Contract)[] = [];

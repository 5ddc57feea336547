/** What the Fabric shim loads, and the embedded ledger calls. */
import type { Contract } from 'fabric-contract-api';

import { AuthorityContract } from './authority/authorityContract.js';
import { CatalogueContract } from './catalogue/catalogueContract.js';
import { LicenceContract } from './licence/licenceContract.js';
import { SealContract } from './seal/sealContract.js';
import { UsageContract } from './usage/usageContract.js';

export { AuthorityContract, CatalogueContract, LicenceContract, SealContract, UsageContract };

/** Contract classes in the order of registration. The shim adds its own to the array it is given: pass a copy. */
export const contracts: (new () => Contract)[] = [
  AuthorityContract,
  SealContract,
  LicenceContract,
  UsageContract,
  CatalogueContract,
];

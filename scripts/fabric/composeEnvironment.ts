/** What `network-config/compose.yaml` must know of a network. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chaincodePackage } from './nodes.ts';
import { chaincodeNodes, HOST, type NetworkPlan } from './plan.ts';
import type { Definition } from './state.ts';

/** Writes `compose.env` into the network's folder. */
export function writeComposeEnvironment(plan: NetworkPlan, definition: Definition): void {
  const lines = Object.entries(composeEnvironment(plan, definition)).map(
    ([name, value]) => `${name}=${value}\n`,
  );
  writeFileSync(join(plan.dir, 'compose.env'), lines.join(''));
}

/** Variables by name. */
export function composeEnvironment(
  plan: NetworkPlan,
  { sequence }: Definition,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { NETWORK: plan.dir, SEQUENCE: String(sequence) };
  for (const node of chaincodeNodes(plan, sequence)) {
    const prefix = node.organisation.name.toUpperCase();
    variables[`${prefix}_CHAINCODE_ADDRESS`] = `${HOST}:${node.port}`;
    variables[`${prefix}_CHAINCODE_ID`] = chaincodePackage(node, sequence).id;
  }
  return variables;
}

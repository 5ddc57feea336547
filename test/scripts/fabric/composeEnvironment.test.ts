import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { composeEnvironment } from '../../../scripts/fabric/composeEnvironment.ts';
import { allNodes } from '../../../scripts/fabric/nodes.ts';
import { DEFAULT_SHAPE, planNetwork } from '../../../scripts/fabric/plan.ts';

const FILE = join(import.meta.dirname, '../../../network-config/compose.yaml');
const text = readFileSync(FILE, 'utf8');
const plan = planNetwork('/srv/network', DEFAULT_SHAPE);
const compose = parse(text, { merge: true }) as Readonly<{
  services: Readonly<Record<string, Readonly<{ image: string }>>>;
}>;

describe('compose.yaml', () => {
  it('runs the nodes of a network of the default size', () => {
    const programs = { peer: 'peer', orderer: 'orderer', configtxgen: 'configtxgen' };
    const names = allNodes({ plan, programs }, 1).map(({ name }) => name);

    expect(Object.keys(compose.services)).toEqual(names);
  });

  it('pins every image', () => {
    for (const { image } of Object.values(compose.services)) {
      expect(image).toMatch(/^(?:hyperledger\/fabric-(?:peer|orderer):3\.1\.5|node:24-slim)$/);
    }
  });

  it('asks for nothing that the network’s folder does not say', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
    const said = composeEnvironment(plan, { sequence: 1, version: '0.1.0' });

    expect([...asked].sort()).toEqual(Object.keys(said).sort());
    expect(said).toMatchObject({
      NETWORK: '/srv/network',
      OPERATOR_CHAINCODE_ADDRESS: '127.0.0.1:17062',
    });
  });
});

/** Names, ports and places of a network: everything else reads them from here. */
import { join } from 'node:path';

/** An organisation of the network. */
export interface Organisation {
  /** In names of nodes and folders. */
  readonly name: string;
  readonly mspId: string;
}

/** How large a network is, and where it listens. */
export interface NetworkShape {
  /** First of {@link PORTS_A_NETWORK} ports on the loopback address. */
  readonly basePort: number;
  readonly orderers: 1 | 3;
  /** Peers an organisation. */
  readonly peers: 1 | 2;
  /** How long a block waits for company after its first transaction; absent: as `network-config/configtx.yaml` says. */
  readonly batchTimeoutMs?: number;
}

export interface OrdererNode {
  readonly name: string;
  readonly port: number;
  readonly adminPort: number;
  readonly operationsPort: number;
}

export interface PeerNode {
  readonly name: string;
  readonly organisation: Organisation;
  readonly port: number;
  readonly operationsPort: number;
  /** Of the listener for chaincode that peers start themselves; nobody uses it here. */
  readonly chaincodePort: number;
}

/** One chaincode process serves all peers of its organisation. */
export interface ChaincodeNode {
  readonly name: string;
  readonly organisation: Organisation;
  readonly port: number;
}

/** Every orderer and peer of a network. Chaincode processes come and go: {@link chaincodeNodes}. */
export interface NetworkPlan {
  /** Absolute path of the network's folder. */
  readonly dir: string;
  readonly shape: NetworkShape;
  readonly orderers: readonly OrdererNode[];
  readonly peers: readonly PeerNode[];
}

/** Where every node listens, and nowhere else. */
export const HOST = '127.0.0.1';
export const CHANNEL = 'yinxin';
export const CHAINCODE = 'yinxin';
/** Both must endorse, so that neither can rewrite history alone. */
export const ENDORSEMENT_POLICY = "AND('OperatorMSP.peer','AuditorMSP.peer')";
export const ORDERER_ORGANISATION: Organisation = { name: 'orderer', mspId: 'OrdererMSP' };
/** Those with peers. */
export const OPERATOR: Organisation = { name: 'operator', mspId: 'OperatorMSP' };
export const AUDITOR: Organisation = { name: 'auditor', mspId: 'AuditorMSP' };
export const PEER_ORGANISATIONS: readonly Organisation[] = [OPERATOR, AUDITOR];
export const DEFAULT_SHAPE: NetworkShape = { basePort: 17_050, orderers: 1, peers: 1 };
export const PORTS_A_NETWORK = 50;

/** Distance from the base port. */
const OFFSET = {
  firstOrderer: 0,
  peers: 1, // to 4
  furtherOrderers: 5, // to 6
  chaincodes: 10, // to 13
  ordererAdmin: 20,
  ordererOperations: 25,
  peerOperations: 30,
  peerChaincode: 40,
} as const;

/** @param dir - absolute path. */
export function planNetwork(dir: string, shape: NetworkShape): NetworkPlan {
  const { basePort } = shape;
  const orderers = Array.from({ length: shape.orderers }, (_, index) => ({
    name: `orderer${index}`,
    port: basePort + (index === 0 ? OFFSET.firstOrderer : OFFSET.furtherOrderers + index - 1),
    adminPort: basePort + OFFSET.ordererAdmin + index,
    operationsPort: basePort + OFFSET.ordererOperations + index,
  }));
  const peers = Array.from({ length: shape.peers }, (_, index) =>
    PEER_ORGANISATIONS.map((organisation, place) => {
      const number = index * PEER_ORGANISATIONS.length + place;
      return {
        name: `peer${index}.${organisation.name}`,
        organisation,
        port: basePort + OFFSET.peers + number,
        operationsPort: basePort + OFFSET.peerOperations + number,
        chaincodePort: basePort + OFFSET.peerChaincode + number,
      };
    }),
  ).flat();
  return { dir, shape, orderers, peers };
}

/**
 * The chaincode processes of one definition. The next definition's listen elsewhere, so that both can run while peers change
 * over.
 *
 * @param sequence - of the definition, from 1.
 */
export function chaincodeNodes({ shape }: NetworkPlan, sequence: number): readonly ChaincodeNode[] {
  return PEER_ORGANISATIONS.map((organisation, place) => ({
    name: `chaincode.${organisation.name}`,
    organisation,
    port: shape.basePort + OFFSET.chaincodes + (sequence % 2) * PEER_ORGANISATIONS.length + place,
  }));
}

/** Places in a network's folder. */
export function networkPaths(dir: string): Readonly<{
  state: string;
  authority: (organisation: Organisation, kind: 'enrolment' | 'tls') => string;
  channelMsp: (organisation: Organisation) => string;
  node: (name: string) => string;
  user: (organisation: Organisation, user: string) => string;
  builder: string;
  configtx: string;
  channelBlock: string;
  chaincodePackage: (organisation: Organisation, sequence: number) => string;
  chaincodeCode: (sequence: number) => string;
  profile: (organisation: Organisation) => string;
  trust: string;
  processes: string;
  logs: string;
}> {
  return {
    state: join(dir, 'network.json'),
    authority: ({ name }, kind) => join(dir, 'ca', `${name}.${kind}`),
    channelMsp: ({ name }) => join(dir, 'organisations', name, 'msp'),
    node: (name) => join(dir, 'nodes', name),
    user: ({ name }, user) => join(dir, 'users', `${user}.${name}`),
    builder: join(dir, 'builder'),
    configtx: join(dir, 'configtx.yaml'),
    channelBlock: join(dir, 'channel.block'),
    chaincodePackage: ({ name }, sequence) => join(dir, 'packages', `${name}.${sequence}.tar.gz`),
    chaincodeCode: (sequence) => join(dir, 'chaincode', String(sequence)),
    profile: ({ name }) => join(dir, `profile.${name}.json`),
    trust: join(dir, 'trust', 'organisations.pem'),
    processes: join(dir, 'processes'),
    logs: join(dir, 'logs'),
  };
}

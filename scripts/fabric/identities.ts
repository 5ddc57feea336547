/** Who is who in a network: authorities, and the folders in which Fabric's programs look for identities. */
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createAuthority,
  issueIdentity,
  readAuthority,
  writeAuthority,
  writeSecret,
  type Authority,
  type NodeUnit,
} from './certificates.ts';
import {
  networkPaths,
  ORDERER_ORGANISATION,
  PEER_ORGANISATIONS,
  type NetworkPlan,
  type Organisation,
} from './plan.ts';

/** Administers the organisation: joins channels, installs and approves chaincode. */
export const ADMIN = 'admin';
/** What the organisation's service submits with. */
export const SERVICE = 'service';

interface Authorities {
  readonly enrolment: Authority;
  readonly tls: Authority;
}

/** Makes authorities, channel membership folders and the file of roots. They last as long as the network. */
export function makeOrganisations({ dir }: NetworkPlan, at: Date): void {
  const paths = networkPaths(dir);
  for (const organisation of [ORDERER_ORGANISATION, ...PEER_ORGANISATIONS]) {
    makeOrganisation(dir, organisation, at);
  }
  mkdirSync(dirname(paths.trust), { recursive: true });
  writeFileSync(
    paths.trust,
    PEER_ORGANISATIONS.map((one) => authorityPem(dir, one, 'enrolment')).join(''),
  );
}

/** Makes one organisation's authorities and the folder by which a channel knows its members. */
export function makeOrganisation(dir: string, organisation: Organisation, at: Date): void {
  const paths = networkPaths(dir);
  for (const kind of ['enrolment', 'tls'] as const) {
    const subject = {
      organisation: organisation.mspId,
      commonName: `${organisation.name} ${kind} CA`,
    };
    writeAuthority(paths.authority(organisation, kind), createAuthority(subject, at));
  }
  writeMembership(dir, organisation, paths.channelMsp(organisation));
}

/**
 * Issues certificates of all nodes and users, whether they have some or not. Keys are new, but for the orderers' of TLS: the
 * channel's configuration holds their certificates and accepts others only for the same keys.
 */
export function issueIdentities(plan: NetworkPlan, at: Date): void {
  const { dir } = plan;
  const paths = networkPaths(dir);
  const orderers = openAuthorities(dir, ORDERER_ORGANISATION);
  for (const { name } of plan.orderers) {
    const node = { dir, organisation: ORDERER_ORGANISATION, authorities: orderers, at, name };
    writeMsp({ ...node, unit: 'orderer' }, join(paths.node(name), 'msp'));
    writeTls(node, join(paths.node(name), 'tls'), 'server', 'keep');
  }
  const admin = { dir, organisation: ORDERER_ORGANISATION, authorities: orderers, at, name: ADMIN };
  writeTls(admin, join(paths.user(ORDERER_ORGANISATION, ADMIN), 'tls'), 'client');
  for (const organisation of PEER_ORGANISATIONS) issueOfOrganisation(plan, organisation, at);
}

/** PEM of an organisation's root. */
export function authorityPem(
  dir: string,
  organisation: Organisation,
  kind: 'enrolment' | 'tls',
): string {
  return readFileSync(join(networkPaths(dir).authority(organisation, kind), 'ca.pem'), 'utf8');
}

/** Issues certificates of the nodes and users of one organisation with peers. */
export function issueOfOrganisation(
  plan: Pick<NetworkPlan, 'dir' | 'peers'>,
  organisation: Organisation,
  at: Date,
): void {
  const { dir } = plan;
  const paths = networkPaths(dir);
  const common = { dir, organisation, authorities: openAuthorities(dir, organisation), at };
  for (const { name } of plan.peers.filter((peer) => peer.organisation === organisation)) {
    const folder = paths.node(name);
    writeMsp({ ...common, name, unit: 'peer' }, join(folder, 'msp'));
    writeTls({ ...common, name }, join(folder, 'tls'), 'server');
    writeTls(
      { ...common, name: `chaincode client of ${name}` },
      join(folder, 'chaincode'),
      'client',
    );
  }
  const chaincode = `chaincode.${organisation.name}`;
  writeTls({ ...common, name: chaincode }, join(paths.node(chaincode), 'tls'), 'server');
  for (const [name, unit] of [
    [ADMIN, 'admin'],
    [SERVICE, 'client'],
  ] as const) {
    writeMsp({ ...common, name, unit }, join(paths.user(organisation, name), 'msp'));
  }
}

interface Subject {
  readonly dir: string;
  readonly organisation: Organisation;
  readonly authorities: Authorities;
  readonly at: Date;
  readonly name: string;
}

function writeMsp(subject: Subject & Readonly<{ unit: NodeUnit }>, folder: string): void {
  const { certificatePem, privateKeyPem } = issueIdentity(subject.authorities.enrolment, {
    commonName: subject.name,
    organisation: subject.organisation.mspId,
    at: subject.at,
    use: { kind: 'enrolment', unit: subject.unit },
  });
  writeMembership(subject.dir, subject.organisation, folder);
  for (const part of ['signcerts', 'keystore']) mkdirSync(join(folder, part), { recursive: true });
  writeFileSync(join(folder, 'signcerts', 'certificate.pem'), certificatePem);
  writeSecret(join(folder, 'keystore', 'private.key'), privateKeyPem);
}

/** Writes `<role>.crt`, `<role>.key` and the root that the other side is judged by. */
function writeTls(
  { dir, organisation, authorities, at, name }: Subject,
  folder: string,
  role: 'server' | 'client',
  key: 'keep' | 'new' = 'new',
): void {
  const keyFile = join(folder, `${role}.key`);
  const { certificatePem, privateKeyPem } = issueIdentity(authorities.tls, {
    commonName: name,
    organisation: organisation.mspId,
    at,
    use: { kind: 'tls' },
    ...(key === 'keep' && existsSync(keyFile)
      ? { privateKey: createPrivateKey(readFileSync(keyFile)) }
      : {}),
  });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, `${role}.crt`), certificatePem);
  writeSecret(keyFile, privateKeyPem);
  writeFileSync(join(folder, 'ca.crt'), authorityPem(dir, organisation, 'tls'));
}

/** What tells members of an organisation from others, without any private key. */
function writeMembership(dir: string, organisation: Organisation, folder: string): void {
  for (const [part, kind] of [
    ['cacerts', 'enrolment'],
    ['tlscacerts', 'tls'],
  ] as const) {
    mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, part, 'ca.pem'), authorityPem(dir, organisation, kind));
  }
  writeFileSync(join(folder, 'config.yaml'), NODE_UNITS);
}

function openAuthorities(dir: string, organisation: Organisation): Authorities {
  const paths = networkPaths(dir);
  return {
    enrolment: readAuthority(paths.authority(organisation, 'enrolment')),
    tls: readAuthority(paths.authority(organisation, 'tls')),
  };
}

/** Fabric's file of an MSP: what an identity is follows from its organisational unit. */
const NODE_UNITS = [
  'NodeOUs:',
  '  Enable: true',
  ...(['client', 'peer', 'admin', 'orderer'] as const).flatMap((unit) => [
    `  ${unit[0]?.toUpperCase() ?? ''}${unit.slice(1)}OUIdentifier:`,
    '    Certificate: cacerts/ca.pem',
    `    OrganizationalUnitIdentifier: ${unit}`,
  ]),
  '',
].join('\n');

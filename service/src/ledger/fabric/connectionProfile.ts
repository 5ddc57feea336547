/** Fabric's common connection profile (JSON), as far as this service needs it. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { z } from 'zod';

import { ServiceError } from '../../errors.ts';
import type { Fault } from '../../errors.ts';

/** A network as one organisation's client sees it. */
export interface ConnectionProfile {
  readonly channel: string;
  readonly chaincode: string;
  /** MSP ID of the organisation this service belongs to. */
  readonly mspId: string;
  /** Every organisation of the profile that has peers on the channel, own one first. */
  readonly organisations: readonly ProfileOrganisation[];
  readonly orderers: readonly ProfileNode[];
  readonly identity: ClientIdentity;
  /** PEM: roots of the organisations' peers, for those who verify proofs. */
  readonly organisationRoots?: string;
}

export interface ProfileOrganisation {
  /** Name inside the profile. */
  readonly name: string;
  readonly mspId: string;
  /** Its peers on the channel, in the profile's order. */
  readonly peers: readonly ProfileNode[];
}

/** A peer or orderer. Always over TLS. */
export interface ProfileNode {
  readonly name: string;
  /** `host:port`. */
  readonly address: string;
  /** PEM. */
  readonly tlsRootCertificates: string;
  /** Name its TLS certificate must carry where that is not the address's host; null: the host. */
  readonly tlsServerName: string | null;
}

/** Who submits: a client certificate of the own organisation and its key. */
export interface ClientIdentity {
  /** PEM. */
  readonly certificate: string;
  /** On P-256. A key object prints and serialises as nothing. */
  readonly privateKey: KeyObject;
}

const MAX_PROFILE_CHARACTERS = 1_000_000;
const MAX_PEM_BYTES = 65_536;
const MAX_NODES = 200;
const DEFAULT_CHAINCODE = 'yinxin';

const name = z.string().min(1).max(256);
/** A PEM in the profile itself or in a file beside it. */
const pemPlace = z.union(
  [z.object({ pem: z.string().min(1).max(MAX_PEM_BYTES) }), z.object({ path: z.string().min(1) })],
  { error: 'must be {"path": …} or {"pem": …}' },
);
const node = z.object({
  url: z.string().regex(/^grpcs:\/\/[^\s/:]+:[0-9]{1,5}$/, 'must be grpcs://host:port'),
  tlsCACerts: pemPlace,
  grpcOptions: z.object({ 'ssl-target-name-override': name.optional() }).optional(),
});
const nodes = z
  .record(name, node)
  .refine((value) => Object.keys(value).length <= MAX_NODES, `holds over ${MAX_NODES} nodes`);
const profile = z.object({
  client: z.object({ organization: name }),
  channels: z.record(
    name,
    z.object({
      peers: z.record(name, z.unknown()),
      orderers: z.array(name).default([]),
      chaincodes: z.array(name).default([]),
    }),
  ),
  organizations: z.record(
    name,
    z.object({
      mspid: name,
      peers: z.array(name).default([]),
      users: z.record(name, z.object({ cert: pemPlace, key: pemPlace })).default({}),
    }),
  ),
  orderers: nodes.default({}),
  peers: nodes,
  'x-yinxin': z
    .object({ channel: name.optional(), organisationRoots: pemPlace.optional() })
    .optional(),
});
type Profile = z.infer<typeof profile>;
type PemPlace = z.infer<typeof pemPlace>;

/**
 * Reads a connection profile and the certificates and the key that it names.
 *
 * @param path - the profile's file; paths inside it are relative to its folder.
 * @throws ServiceError `CONFIGURATION_INVALID` with every fault at once.
 */
export async function readConnectionProfile(path: string): Promise<ConnectionProfile> {
  const file = resolve(path);
  return parseConnectionProfile(await readText(file, MAX_PROFILE_CHARACTERS), dirname(file));
}

/**
 * Parses a connection profile.
 *
 * `x-yinxin.organisationRoots` names the roots under which proofs show who endorsed them.
 * The channel is the only one of `channels`, or `x-yinxin.channel` names it; the chaincode is the first of its
 * `chaincodes`, by default `yinxin`; the client is the only user of its organisation.
 *
 * @param text - JSON.
 * @param folder - where relative paths inside it start.
 * @throws ServiceError `CONFIGURATION_INVALID` with every fault at once.
 */
export async function parseConnectionProfile(
  text: string,
  folder: string,
): Promise<ConnectionProfile> {
  const parsed = profile.safeParse(parseJson(text));
  if (!parsed.success) {
    throw invalid(
      parsed.error.issues.map((issue) => ({
        pointer: `/${issue.path.map(String).join('/')}`,
        detail: issue.message,
      })),
    );
  }
  const reader = new ProfileReader(parsed.data, folder);
  const read = await reader.read();
  if (reader.faults.length > 0 || read === null) throw invalid(reader.faults);
  return read;
}

/** Looks up what a well-formed profile names, and gathers what is missing. */
class ProfileReader {
  readonly faults: Fault[] = [];
  readonly #profile: Profile;
  readonly #folder: string;

  constructor(parsed: Profile, folder: string) {
    this.#profile = parsed;
    this.#folder = folder;
  }

  /** @returns null after a fault without which nothing further can be said. */
  async read(): Promise<ConnectionProfile | null> {
    const channel = this.#channel();
    const own = this.#profile.client.organization;
    const organisation = this.#profile.organizations[own];
    if (organisation === undefined)
      this.#fault('/client/organization', `${own} is no organisation`);
    if (channel === null || organisation === undefined) return null;
    const organisations = await this.#organisations(channel.peers, own);
    const orderers = await this.#nodes('orderers', channel.orderers);
    const identity = await this.#identity(own, organisation.users);
    const organisationRoots = await this.#organisationRoots();
    if (organisations[0]?.name !== own) {
      this.#fault(`/organizations/${own}/peers`, `no peer of ${own} is on channel ${channel.name}`);
    }
    return identity === null
      ? null
      : {
          channel: channel.name,
          chaincode: channel.chaincodes[0] ?? DEFAULT_CHAINCODE,
          mspId: organisation.mspid,
          organisations,
          orderers,
          identity,
          ...(organisationRoots === null ? {} : { organisationRoots }),
        };
  }

  async #organisationRoots(): Promise<string | null> {
    const place = this.#profile['x-yinxin']?.organisationRoots;
    return place === undefined
      ? null
      : await this.#certificate(place, '/x-yinxin/organisationRoots');
  }

  #channel(): (Profile['channels'][string] & { readonly name: string }) | null {
    const { channels } = this.#profile;
    const names = Object.keys(channels);
    const chosen =
      this.#profile['x-yinxin']?.channel ?? (names.length === 1 ? names[0] : undefined);
    const channel = chosen === undefined ? undefined : channels[chosen];
    if (chosen === undefined || channel === undefined) {
      const why =
        chosen === undefined
          ? `holds ${names.length} channels: x-yinxin.channel must name one`
          : `has no channel ${chosen}`;
      this.#fault('/channels', why);
      return null;
    }
    return { name: chosen, ...channel };
  }

  async #organisations(
    onChannel: Readonly<Record<string, unknown>>,
    own: string,
  ): Promise<readonly ProfileOrganisation[]> {
    const { organizations, peers } = this.#profile;
    for (const peer of Object.keys(onChannel)) {
      if (peers[peer] === undefined)
        this.#fault('/peers', `has no ${peer}, which is on the channel`);
    }
    const found: ProfileOrganisation[] = [];
    const names = Object.keys(organizations).sort((a, b) => Number(b === own) - Number(a === own));
    for (const organisation of names) {
      const listed = organizations[organisation]?.peers.filter((peer) => peer in onChannel) ?? [];
      if (listed.length === 0) continue;
      const mspId = organizations[organisation]?.mspid ?? '';
      found.push({ name: organisation, mspId, peers: await this.#nodes('peers', listed) });
    }
    return found;
  }

  async #nodes(
    kind: 'peers' | 'orderers',
    names: readonly string[],
  ): Promise<readonly ProfileNode[]> {
    const found: ProfileNode[] = [];
    for (const wanted of names) {
      const entry = this.#profile[kind][wanted];
      if (entry === undefined) {
        if (kind === 'orderers') this.#fault('/orderers', `has no ${wanted}`);
        continue;
      }
      const pointer = `/${kind}/${wanted}/tlsCACerts`;
      const tlsRootCertificates = await this.#certificate(entry.tlsCACerts, pointer);
      found.push({
        name: wanted,
        address: entry.url.slice('grpcs://'.length),
        tlsRootCertificates,
        tlsServerName: entry.grpcOptions?.['ssl-target-name-override'] ?? null,
      });
    }
    return found;
  }

  async #identity(
    own: string,
    users: Profile['organizations'][string]['users'],
  ): Promise<ClientIdentity | null> {
    const pointer = `/organizations/${own}/users`;
    const [only, ...others] = Object.entries(users);
    if (only === undefined || others.length > 0) {
      this.#fault(pointer, 'must hold exactly one user, the client');
      return null;
    }
    const [user, { cert, key }] = only;
    const certificate = await this.#certificate(cert, `${pointer}/${user}/cert`);
    const privateKey = await this.#privateKey(key, `${pointer}/${user}/key`);
    if (certificate === '' || privateKey === null) return null;
    if (!new X509Certificate(certificate).checkPrivateKey(privateKey)) {
      this.#fault(`${pointer}/${user}/key`, 'is not the key of the certificate');
    }
    return { certificate, privateKey };
  }

  /** @returns PEM; empty after a fault. */
  async #certificate(place: PemPlace, pointer: string): Promise<string> {
    const pem = await this.#pem(place, pointer);
    try {
      if (pem !== null) new X509Certificate(pem);
      return pem ?? '';
    } catch {
      this.#fault(pointer, 'is no PEM certificate');
      return '';
    }
  }

  async #privateKey(place: PemPlace, pointer: string): Promise<KeyObject | null> {
    const pem = await this.#pem(place, pointer);
    if (pem === null) return null;
    try {
      const key = createPrivateKey(pem);
      if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
    } catch {
      // falls to the one sentence below: the reason could quote the key
    }
    this.#fault(pointer, 'is no unencrypted PEM key on P-256');
    return null;
  }

  async #pem(place: PemPlace, pointer: string): Promise<string | null> {
    if ('pem' in place) return place.pem;
    try {
      return await readText(resolve(this.#folder, place.path), MAX_PEM_BYTES);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      this.#fault(`${pointer}/path`, error.faults[0]?.detail ?? error.message);
      return null;
    }
  }

  #fault(pointer: string, detail: string): void {
    this.faults.push({ pointer, detail });
  }
}

function parseJson(text: string): unknown {
  if (text.length > MAX_PROFILE_CHARACTERS) throw invalid([{ pointer: '', detail: 'is too long' }]);
  try {
    return JSON.parse(text);
  } catch {
    throw invalid([{ pointer: '', detail: 'is no JSON' }]);
  }
}

async function readText(file: string, maxBytes: number): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size <= maxBytes) return await readFile(file, 'utf8');
  } catch (cause) {
    throw invalid([{ pointer: '', detail: `cannot read ${file}` }], cause);
  }
  throw invalid([{ pointer: '', detail: `${file} holds over ${maxBytes} bytes` }]);
}

function invalid(faults: readonly Fault[], cause?: unknown): ServiceError {
  const list = faults.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ');
  return new ServiceError('CONFIGURATION_INVALID', `connection profile: ${list}`, {
    faults,
    cause,
  });
}

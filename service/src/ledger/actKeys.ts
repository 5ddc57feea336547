import type { Mandate, SignedAct } from '@yinxin/chaincode/model';

/** What of the world state an act would change and what it relies on, by name. */
export interface TouchedKeys {
  readonly writes: readonly string[];
  readonly reads: readonly string[];
}

/** Tells which keys an act touches; acts that touch none never wait for each other. */
export type KeysTouched = (act: SignedAct) => TouchedKeys;

/** Members of bodies that name a subject, and its kind; a licence is named without its version. */
const SUBJECTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  authority: { creditCode: 'authority', fingerprint: 'anchor' },
  seal: { esId: 'seal', predecessor: 'seal' },
  licence: { identifier: 'licence', predecessor: 'licence' },
  catalogue: { typeCode: 'licenceType', code: 'matter' },
  usage: {},
};

/**
 * Makes the rule by which acts wait for each other.
 *
 * An act writes its subject and reads its author. A use of a seal reads the seal, and writes it where the
 * mandate counts uses a day. Uses are anchored without touching anything. The rule learns mandates from the acts it
 * sees; one it missed costs a conflict, which is tried again.
 *
 * @param counted - seals (`esId`) whose mandate limits their uses a day.
 */
export function keysTouchedBy(counted: Iterable<string> = []): KeysTouched {
  const countedSeals = new Set(counted);
  return ({ act }) => {
    const contract = act.act.slice(0, act.act.indexOf('.'));
    if (contract === 'usage') return { writes: [], reads: [] };
    const body = act.body as unknown as Readonly<Record<string, unknown>>; // members differ from act to act
    const named = Object.entries(SUBJECTS[contract] ?? {}).flatMap(([member, kind]) =>
      nameOf(kind, body[member]),
    );
    const used = usedSeal(act.act, body);
    learnMandate(body, countedSeals);
    const isDocumentOnly = act.act === 'seal.signDocument' || act.act === 'seal.putDocument';
    const writes = [
      ...(isDocumentOnly ? documentOf(body) : named),
      ...(act.act.endsWith('TrustAnchor') ? ['trustList'] : []),
      ...(used !== null && countedSeals.has(used) ? [`seal/${used}`] : []),
    ];
    const reads = [`authority/${act.by.authority}`, ...(used === null ? [] : [`seal/${used}`])];
    return { writes, reads };
  };
}

/** The record that completing a document goes by. */
function documentOf({ earlier, document }: Readonly<Record<string, unknown>>): readonly string[] {
  const { sha256 } = (document ?? {}) as { readonly sha256?: unknown };
  return [...nameOf('document', earlier), ...nameOf('document', sha256)];
}

function nameOf(kind: string, value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  return [`${kind}/${kind === 'licence' ? value.split('.').slice(0, -2).join('.') : value}`];
}

function usedSeal(act: string, body: Readonly<Record<string, unknown>>): string | null {
  const { esId } = (act === 'seal.signDocument' ? body : (body['sealSignature'] ?? {})) as {
    readonly esId?: unknown;
  };
  return typeof esId === 'string' ? esId : null;
}

function learnMandate(body: Readonly<Record<string, unknown>>, countedSeals: Set<string>): void {
  const { esId, mandate } = body as { readonly esId?: string; readonly mandate?: Mandate };
  if (esId === undefined || mandate === undefined) return;
  if (mandate.usesPerDay === null) countedSeals.delete(esId);
  else countedSeals.add(esId);
}

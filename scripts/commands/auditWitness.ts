import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeSecretFile } from '../../service/src/keys/durableFile.ts';
import { ServiceError } from '../../service/src/errors.ts';
import type { Text } from '../../service/src/language.ts';
import { parseCheckpoint, type SignedCheckpoint } from '../../service/src/ledger/checkpoint.ts';
import {
  compareCheckpoints,
  isSignedByNode,
  type Witnessed,
} from '../../service/src/ledger/witness.ts';
import { parseCertificates, type Certificate } from '../../service/src/pki/certificate.ts';
import {
  EXIT,
  optionTexts,
  outJson,
  requiredText,
  UsageError,
  type Call,
  type Command,
  type ExitCode,
} from '../command.ts';
import { readInput, readTrust } from '../files.ts';

/** `yinxin audit witness`: remembers what the log was, and says when it is no longer that. */
export const auditWitnessCommand: Command = {
  name: 'audit witness',
  usage: '--url URL --state FILE [--trust PEM]',
  summary: {
    'zh-CN': '见证账本：核对最新检查点的签名，并核对账本是上次所见的延伸',
    en: 'Witness the ledger: the newest checkpoint is signed, and the log extends the one seen before',
  },
  help: {
    'zh-CN': [
      '--url URL            服务地址，例如 https://licences.example.gov.cn',
      '--state FILE         保存所见检查点的文件；每次所见另记入 FILE.log（每行一个 JSON）',
      '--trust PEM          信任的根证书，可重复；不给则采用首次所见的根证书，此后不变（请另行核对指纹）',
      '',
      '发现分叉、缩短或伪造时不更新 FILE，退出码 1。请定时运行，并把 FILE 保存在运营方之外。',
      '退出码：0 一致，1 不一致，2 用法错误，3 无法连接服务。',
    ].join('\n'),
    en: [
      '--url URL            the service, for instance https://licences.example.gov.cn',
      '--state FILE         keeps the checkpoint that was seen; each look is a line of JSON in FILE.log',
      '--trust PEM          roots you trust; may be repeated. Without them those of the first look are kept:',
      '                     compare their fingerprints elsewhere',
      '',
      'On a fork, a shrunken log or a forged checkpoint FILE stays as it is and the exit is 1. Run it by a timer, and',
      'keep FILE where the operator cannot reach it.',
      'Exit: 0 consistent, 1 not, 2 usage, 3 the service is out of reach.',
    ].join('\n'),
  },
  options: {
    url: { type: 'string' },
    state: { type: 'string' },
    trust: { type: 'string', multiple: true },
  },
  operands: 0,
  async run(call) {
    const url = requiredText(call, 'url').replace(/\/+$/, '');
    const file = requiredText(call, 'state');
    const before = await readState(file);
    const given = await readTrust(optionTexts(call, 'trust'));
    const look = await lookAt(call, { url, before, anchors: given.anchors });
    const at = call.io.clock.now().toISOString();
    if (look.state !== null) {
      await writeSecretFile(file, `${JSON.stringify(look.state, null, 2)}\n`, 'replace');
    }
    const seen = { at, url, outcome: look.outcome, size: look.size, checkpoint: look.note };
    await appendFile(`${file}.log`, `${JSON.stringify(seen)}\n`, { mode: 0o600 });
    if (call.isJson) outJson(call.io, seen);
    else call.io.out(`${say(look, before)[call.language]}\n`);
    return exitOf(look.outcome);
  },
};

const stateSchema = z.strictObject({
  version: z.literal(1),
  /** Of the first look, unless others were given. */
  roots: z.string(),
  checkpoint: z.string(),
});
type State = z.output<typeof stateSchema>;
const consistencySchema = z.looseObject({
  proof: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(128),
});

interface Look {
  readonly outcome: Witnessed | 'unreachable';
  readonly size: number | null;
  readonly note: string | null;
  /** What to remember; null: what was remembered before. */
  readonly state: State | null;
}

const UNREACHABLE: Look = { outcome: 'unreachable', size: null, note: null, state: null };
/** Between two answers the node can get another key. */
const TRIES = 2;
const MAX_ANSWER_CHARACTERS = 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** The service gave no answer, or none that is one. */
class OutOfReach extends Error {}

async function lookAt(
  call: Call,
  known: Readonly<{ url: string; before: State | null; anchors: readonly Certificate[] }>,
): Promise<Look> {
  const { url, before, anchors } = known;
  const ask = asker(call, url);
  try {
    const roots = before?.roots ?? (await ask('/trust-roots'));
    const trusted = anchors.length > 0 ? anchors : parseCertificates(roots);
    const { note, checkpoint, isSigned } = await readSigned(ask, trusted, call.io.clock.now());
    if (!isSigned || checkpoint === null) return { ...UNREACHABLE, outcome: 'forged', note };
    const last = before === null ? null : parseCheckpoint(before.checkpoint);
    const outcome = await compareCheckpoints(last, checkpoint, (from, to) =>
      askConsistency(ask, from, to),
    );
    const isGood = exitOf(outcome) === EXIT.done;
    const state: State = { version: 1, roots, checkpoint: note };
    return { outcome, size: checkpoint.size, note, state: isGood ? state : null };
  } catch (error) {
    if (error instanceof OutOfReach) return UNREACHABLE;
    throw error;
  }
}

type Ask = (path: string) => Promise<string>;

interface Signed {
  readonly note: string;
  /** Null: it is malformed. */
  readonly checkpoint: SignedCheckpoint | null;
  readonly isSigned: boolean;
}

async function readSigned(ask: Ask, anchors: readonly Certificate[], at: Date): Promise<Signed> {
  let read: Signed = { note: '', checkpoint: null, isSigned: false };
  for (let tries = 0; tries < TRIES && !read.isSigned; tries++) {
    const note = await ask('/ledger/checkpoint');
    const checkpoint = orNull(() => parseCheckpoint(note));
    const pem = await ask('/ledger/node-certificates');
    const path = orNull(() => parseCertificates(pem)) ?? [];
    const isSigned = checkpoint !== null && isSignedByNode(checkpoint, path, { anchors, at });
    read = { note, checkpoint, isSigned };
  }
  return read;
}

/** What is no proof proves nothing: the log is then judged as one that forked. */
async function askConsistency(ask: Ask, from: number, to: number): Promise<readonly Uint8Array[]> {
  const text = await ask(`/ledger/consistency?from=${from}&to=${to}`);
  const parsed = consistencySchema.safeParse(orNull(() => JSON.parse(text) as unknown));
  return parsed.success ? parsed.data.proof.map((hash) => Buffer.from(hash, 'hex')) : [];
}

function asker({ io }: Call, url: string): Ask {
  return async (path) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await io.fetch(`${url}/api/v1${path}`, { signal });
      const text = await response.text();
      if (response.ok && text.length <= MAX_ANSWER_CHARACTERS) return text;
    } catch (cause) {
      throw new OutOfReach(`cannot reach ${url}`, { cause });
    }
    throw new OutOfReach(`${url} gave no answer to ${path}`);
  };
}

/** Answers are attacker-controlled: what cannot be read is null. */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError || error instanceof SyntaxError) return null;
    throw error;
  }
}

async function readState(file: string): Promise<State | null> {
  if (!existsSync(file)) return null; // the first look
  const text = Buffer.from(await readInput(file)).toString('utf8');
  const parsed = stateSchema.safeParse(orNull(() => JSON.parse(text) as unknown));
  if (!parsed.success) throw new UsageError(`${file} is not what a witness wrote`);
  return parsed.data;
}

function exitOf(outcome: Look['outcome']): ExitCode {
  if (outcome === 'unreachable') return EXIT.indeterminate;
  return ['first', 'same', 'grown'].includes(outcome) ? EXIT.done : EXIT.refused;
}

function say({ outcome, size }: Look, before: State | null): Text {
  const last = before === null ? 0 : parseCheckpoint(before.checkpoint).size;
  const words: Readonly<Record<Look['outcome'], Text>> = {
    first: {
      'zh-CN': `首次见证：账本有 ${size} 个批次。`,
      en: `First look: the log has ${size} batches.`,
    },
    same: {
      'zh-CN': `账本未变：${size} 个批次。`,
      en: `The log is as it was: ${size} batches.`,
    },
    grown: {
      'zh-CN': `账本一致：由 ${last} 增至 ${size} 个批次。`,
      en: `Consistent: the log grew from ${last} to ${size} batches.`,
    },
    forged: {
      'zh-CN': '检查点不是由本市账本节点签名的。',
      en: 'The checkpoint is not signed by a node of the city.',
    },
    shrunk: {
      'zh-CN': `账本缩短了：曾有 ${last} 个批次，现为 ${size} 个。`,
      en: `The log has shrunk: it had ${last} batches, now ${size}.`,
    },
    fork: {
      'zh-CN': '账本分叉：现在的账本不是上次所见账本的延伸。',
      en: 'A fork: the log does not extend the one that was seen.',
    },
    unreachable: { 'zh-CN': '无法连接服务。', en: 'The service is out of reach.' },
  };
  return words[outcome];
}

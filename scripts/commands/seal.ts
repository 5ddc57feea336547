import { writeFile } from 'node:fs/promises';
import { threadedReader } from '../../service/src/documents/visible/threadedReader.ts';
import { createHttpTimeStamper } from '../../service/src/outbound/httpTimeStamper.ts';
import { createPkcs12Signer } from '../../service/src/pki/pkcs12/pkcs12Signer.ts';
import { openPkcs12 } from '../../service/src/pki/pkcs12/openPkcs12.ts';
import type { TimeStamper } from '../../service/src/pki/timeStamp/timeStamper.ts';
import type { SealPlace } from '../../service/src/seals/placeSeal.ts';
import { sealLocally } from '../../service/src/seals/sealLocally.ts';
import {
  EXIT,
  optionText,
  optionTexts,
  outJson,
  requiredText,
  UsageError,
  type Call,
  type Command,
} from '../command.ts';
import { readInput, readTrust } from '../files.ts';

/** `yinxin seal`: seals a PDF by a key from a PKCS#12 file, without a service. */
export const sealCommand: Command = {
  name: 'seal',
  usage:
    'FILE --p12 KEY --password-file FILE [--page N --x MM --y MM | --keyword TEXT] [--straddle EDGE] [--out FILE]',
  summary: {
    'zh-CN': '用 PKCS#12 中的密钥为 PDF 签章（PAdES），不经服务',
    en: 'Seal a PDF by a key from a PKCS#12 file (PAdES), without a service',
  },
  help: {
    'zh-CN': [
      '--p12 KEY            PKCS#12 文件（RSA 或 P-256；旧的 RC2、3DES 加密亦可）',
      '--password-file FILE 首行为其密码',
      '--page N --x MM --y MM  位置：页码与距左上角的毫米数；默认第 1 页 140, 220',
      '--keyword TEXT       盖在关键字上；--occurrence N 第几处',
      '--straddle EDGE      骑缝章：right、left、top 或 bottom；可与上述位置并用',
      '--tsa URL            时间戳服务 (RFC 3161)；不给则为 PAdES-B',
      '--trust PEM          信任的时间戳根证书。可重复',
      '--out FILE           默认 FILE.sealed.pdf',
    ].join('\n'),
    en: [
      '--p12 KEY            the PKCS#12 file (RSA or P-256; old encryption by RC2 or 3DES, too)',
      '--password-file FILE its first line is the password',
      '--page N --x MM --y MM  where: page, and mm from its top left; page 1, 140, 220 by default',
      '--keyword TEXT       over a keyword; --occurrence N over which one',
      '--straddle EDGE      over page edges: right, left, top or bottom; alone or besides a place',
      '--tsa URL            time-stamping authority (RFC 3161); without one: PAdES-B',
      '--trust PEM          roots trusted for time-stamps. May be repeated',
      '--out FILE           FILE.sealed.pdf by default',
    ].join('\n'),
  },
  options: {
    p12: { type: 'string' },
    'password-file': { type: 'string' },
    page: { type: 'string' },
    x: { type: 'string' },
    y: { type: 'string' },
    keyword: { type: 'string' },
    occurrence: { type: 'string' },
    straddle: { type: 'string' },
    tsa: { type: 'string' },
    trust: { type: 'string', multiple: true },
    out: { type: 'string' },
  },
  operands: 1,
  async run(call) {
    const [path = ''] = call.operands;
    const place = placeOf(call);
    const timeStamper = await timeStamperOf(call);
    const key = await readInput(requiredText(call, 'p12'));
    const passwords = await readInput(requiredText(call, 'password-file'));
    const [password = ''] = Buffer.from(passwords).toString('utf8').split(/\r?\n/u);
    const { clock } = call.io;
    const signer = createPkcs12Signer(openPkcs12(key, password), clock);
    const bytes = await readInput(path);
    const textFinder = threadedReader();
    const sealed = await sealLocally({
      ...{ bytes, place, signer, clock, timeStamper, textFinder },
    }).finally(() => textFinder.close());
    const out = optionText(call, 'out') ?? `${path}.sealed.pdf`;
    await writeFile(out, sealed.bytes);
    const facts = { file: out, algorithm: signer.algorithm, keyId: signer.keyId };
    if (call.isJson) outJson(call.io, { ...facts, timeStamp: sealed.timeStamp });
    else call.io.out(`${out}\n`);
    return EXIT.done;
  },
};

const EDGES = ['right', 'left', 'top', 'bottom'] as const;

/** @throws UsageError. */
function placeOf(call: Call): SealPlace {
  const text = optionText(call, 'straddle');
  const edge = EDGES.find((one) => one === text);
  if (text !== null && edge === undefined) {
    throw new UsageError(`--straddle takes one of ${EDGES.join(', ')}`);
  }
  const straddle = edge === undefined ? null : { edge, offsetMm: null };
  const isPlaced = ['page', 'x', 'y'].some((name) => optionText(call, name) !== null);
  const keyword = optionText(call, 'keyword');
  if (keyword !== null) {
    const occurrence = numberOf(call, 'occurrence', 1, { min: 1, max: 200 });
    return { at: { kind: 'keyword', keyword, occurrence }, straddle };
  }
  return { at: straddle === null || isPlaced ? pointOf(call) : null, straddle };
}

function pointOf(call: Call): SealPlace['at'] {
  const sheet = { min: 0, max: 2000 };
  return {
    kind: 'point',
    page: numberOf(call, 'page', 1, { min: 1, max: 100_000 }),
    xMm: numberOf(call, 'x', 140, sheet),
    yMm: numberOf(call, 'y', 220, sheet),
  };
}

function numberOf(
  call: Call,
  name: string,
  otherwise: number,
  { min, max }: Readonly<{ min: number; max: number }>,
): number {
  const text = optionText(call, name);
  const value = text === null ? otherwise : Number(text);
  if (text?.trim() === '' || !(value >= min && value <= max)) {
    throw new UsageError(`--${name} takes a number from ${min} to ${max}`);
  }
  return value;
}

/** @throws UsageError. */
async function timeStamperOf(call: Call): Promise<TimeStamper | null> {
  const url = optionText(call, 'tsa');
  if (url === null) return null;
  const roots = optionTexts(call, 'trust');
  if (roots.length === 0)
    throw new UsageError('--tsa needs --trust: whose time-stamps are trusted');
  const { anchors } = await readTrust(roots);
  const trust = { anchors, intermediates: [] };
  return createHttpTimeStamper({ url, clock: call.io.clock, trust: () => trust });
}

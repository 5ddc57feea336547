import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isCreditCode } from '@yinxin/chaincode/model';
import { z } from 'zod';
import { ServiceError, type Fault } from './errors.ts';
import { noticeFaults, toNoticeConfig, type NoticeConfig } from './noticeConfig.ts';
import { identityFaults, toIdentityConfig, type IdentityConfig } from './identityConfig.ts';

/** Everything an operator can set, parsed once. The only reader of the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Holds all that the embedded default writes. */
  readonly dataDir: string;
  /** Origin printed into codes, without a trailing slash; null: codes carry no address. */
  readonly publicUrl: string | null;
  readonly databaseUrl: string;
  readonly ledger: 'embedded' | 'fabric' | 'fabric-network';
  /** Connection profile of the Fabric network; null on the embedded ledger. */
  readonly fabricProfile: string | null;
  readonly demo: boolean;
  readonly isProduction: boolean;
  /** How long a presentation can be redeemed; it is on the screen for at most a minute of it. */
  readonly presentationSeconds: number;
  readonly identity: IdentityConfig;
  /** Null: notices are for holders' inboxes only. */
  readonly notices: NoticeConfig | null;
  /** Requests a second and address on public routes; null: no limit. */
  readonly publicRate: number | null;
  readonly metricsPort: number | null;
  /** Who runs this service: an organisation with a unified social credit code. */
  readonly operator: { readonly creditCode: string; readonly name: string };
  /** Folder of the encrypted keys. Services of one installation on one ledger share it. */
  readonly keysDir: string;
  /** File with the master key; made on first start when it is the default one. */
  readonly masterKeyFile: string;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** Acts a ledger transaction takes at most; 1 switches group commit off. */
  readonly ledgerBatch: number;
  /** Ledger transactions in flight at once. */
  readonly ledgerSlots: number;
  /** How long a trust bundle is good for: what it says of status is as old as it is. */
  readonly trustBundleDays: number;
  /** How long personal data of an ended licence are kept, whole years. */
  readonly retentionYears: number;
  /** Who stamps documents and checkpoints with time: `built-in`, `off`, or the URL of an authority (RFC 3161 §3.4). */
  readonly timeStamping: string;
  /**
   * Whether lists and responders that foreign certificates name are asked: never, those of CAs on the trust list (at any
   * address), all at public addresses, all at any.
   */
  readonly revocationFetch: 'off' | 'recognised' | 'on' | 'on-private';
  /** PEM file of roots that tokens of an authority elsewhere must lead to; null: the roots trusted anyway. */
  readonly timeStampRootsFile: string | null;
}

/** A fictional bureau, for a first look and for the demo city. */
const DEFAULT_OPERATOR = { creditCode: '11429000DEM0000229', name: '云汉市数据管理局' };

/** While one transaction is ordered, others are endorsed; embedded, one is over before the next could begin. */
const FABRIC_SLOTS = 4;

/** A whole number in decimal digits: nothing else that JavaScript would take for one, least of all an empty text. */
const whole = (min: number, max: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const port = whole(0, 65535);

const environment = z.strictObject({
  YINXIN_HOST: z.string().min(1).default('127.0.0.1'),
  YINXIN_PORT: port.default(8080),
  YINXIN_DATA_DIR: z.string().min(1).default('./data/run'),
  YINXIN_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  YINXIN_DATABASE_URL: z
    .string()
    .regex(/^file:.+/, 'must start with file:')
    .optional(),
  YINXIN_LEDGER: z.enum(['embedded', 'fabric', 'fabric-network']).default('embedded'),
  YINXIN_FABRIC_PROFILE: z.string().min(1).optional(),
  YINXIN_DEMO: z.enum(['on', 'off']).optional(),
  YINXIN_PRESENTATION_SECONDS: whole(1, 120).default(120),
  YINXIN_PUBLIC_RATE: z.union([z.literal('off'), whole(1, 1_000_000)]).default(100),
  YINXIN_METRICS_PORT: port.optional(),
  YINXIN_OPERATOR_CODE: z.string().refine(isCreditCode, 'is no credit code').optional(),
  YINXIN_OPERATOR_NAME: z.string().min(1).max(100).optional(),
  YINXIN_KEYS_DIR: z.string().min(1).optional(),
  YINXIN_MASTER_KEY_FILE: z.string().min(1).optional(),
  YINXIN_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  YINXIN_LEDGER_BATCH: whole(1, 500).default(500),
  YINXIN_LEDGER_SLOTS: whole(1, 64).optional(),
  YINXIN_TRUST_BUNDLE_DAYS: whole(1, 90).default(7),
  YINXIN_RETENTION_YEARS: whole(0, 100).default(10),
  YINXIN_TSA: z
    .union([z.enum(['built-in', 'off']), z.url({ protocol: /^https?$/ })], {
      error: 'is neither built-in nor off nor a URL',
    })
    .default('built-in'),
  YINXIN_REVOCATION_FETCH: z.enum(['off', 'recognised', 'on', 'on-private']).default('recognised'),
  YINXIN_TSA_ROOTS: z.string().min(1).optional(),
  YINXIN_SESSION_IDLE_MINUTES: whole(5, 720).default(30),
  YINXIN_LOCAL_SIGN_IN: z.enum(['on', 'off']).default('on'),
  YINXIN_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  YINXIN_OIDC_CLIENT_ID: z.string().min(1).optional(),
  YINXIN_OIDC_CLIENT_SECRET_FILE: z.string().min(1).optional(),
  YINXIN_OIDC_HOLDER_CODE_CLAIM: z.string().min(1).max(100).optional(),
  YINXIN_NOTICE_WEBHOOK: z.url({ protocol: /^https?$/ }).optional(),
  YINXIN_NOTICE_SECRET_FILE: z.string().min(1).optional(),
});

/**
 * Reads the configuration.
 *
 * @param env - environment variables; those that do not start with `YINXIN_` are ignored but for `NODE_ENV`.
 * @param isNewDirectory - tells whether a data directory is new (default of `YINXIN_DEMO`).
 * @throws ServiceError `CONFIGURATION_INVALID` with every fault at once.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>> = process.env,
  isNewDirectory: (path: string) => boolean = isMissingOrEmpty,
): Config {
  const own = Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => name.startsWith('YINXIN_') && value !== undefined,
    ),
  );
  const isProduction = env['NODE_ENV'] === 'production';
  const parsed = environment.safeParse(own);
  const issues = parsed.success ? [] : parsed.error.issues.map(toFault);
  const values = parsed.data ?? withoutFaults(own, issues);
  const joined = values === undefined ? [] : joinedFaults(values, isProduction, issues);
  const faults = [...issues, ...joined];
  if (!parsed.success || faults.length > 0) throw invalid(faults);
  const dataDir = resolve(parsed.data.YINXIN_DATA_DIR);
  const hasDemoByDefault = !isProduction && isNewDirectory(dataDir);
  return toConfig(parsed.data, { dataDir, isProduction, hasDemoByDefault });
}

type Values = z.infer<typeof environment>;

/** Settings that are right each by itself, so that what is wrong between them is found at the same time. */
function withoutFaults(
  own: Readonly<Record<string, string | undefined>>,
  issues: readonly Fault[],
): Values | undefined {
  const wrong = new Set(issues.flatMap(({ pointer }) => pointer.split(', ')));
  const right = Object.entries(own).filter(([name]) => !wrong.has(name));
  return environment.safeParse(Object.fromEntries(right)).data;
}

/** What is wrong with settings taken together, where none of a group is wrong by itself. */
function joinedFaults(
  values: Values,
  isProduction: boolean,
  issues: readonly Fault[],
): readonly Fault[] {
  const isRight = (...groups: readonly string[]): boolean =>
    !issues.some(({ pointer }) => groups.some((group) => pointer.includes(group)));
  const demo =
    isProduction && values.YINXIN_DEMO === 'on'
      ? [{ pointer: 'YINXIN_DEMO', detail: 'is never on in production mode' }]
      : [];
  return [
    ...demo,
    ...(isRight('YINXIN_LEDGER', 'YINXIN_FABRIC') ? profileFaults(values) : []),
    ...(isRight('YINXIN_OIDC', 'YINXIN_LOCAL') ? identityFaults(values) : []),
    ...(isRight('YINXIN_NOTICE') ? noticeFaults(values) : []),
  ];
}

/** A profile without Fabric would be ignored, which nobody can want. */
function profileFaults(values: Values): readonly Fault[] {
  const isNeeded = values.YINXIN_LEDGER !== 'embedded';
  if (isNeeded === (values.YINXIN_FABRIC_PROFILE !== undefined)) return [];
  const detail = isNeeded
    ? `is missing: YINXIN_LEDGER is ${values.YINXIN_LEDGER}`
    : 'is given, but YINXIN_LEDGER is embedded';
  return [{ pointer: 'YINXIN_FABRIC_PROFILE', detail }];
}

function toConfig(
  values: z.infer<typeof environment>,
  facts: Readonly<{ dataDir: string; isProduction: boolean; hasDemoByDefault: boolean }>,
): Config {
  const { dataDir } = facts;
  return {
    host: values.YINXIN_HOST,
    port: values.YINXIN_PORT,
    dataDir,
    publicUrl: values.YINXIN_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    databaseUrl: values.YINXIN_DATABASE_URL ?? `file:${join(dataDir, 'store.db')}`,
    demo: values.YINXIN_DEMO === undefined ? facts.hasDemoByDefault : values.YINXIN_DEMO === 'on',
    isProduction: facts.isProduction,
    presentationSeconds: values.YINXIN_PRESENTATION_SECONDS,
    publicRate: values.YINXIN_PUBLIC_RATE === 'off' ? null : values.YINXIN_PUBLIC_RATE,
    metricsPort: values.YINXIN_METRICS_PORT ?? null,
    operator: {
      creditCode: values.YINXIN_OPERATOR_CODE ?? DEFAULT_OPERATOR.creditCode,
      name: values.YINXIN_OPERATOR_NAME ?? DEFAULT_OPERATOR.name,
    },
    logLevel: values.YINXIN_LOG_LEVEL,
    timeStamping: values.YINXIN_TSA,
    revocationFetch: values.YINXIN_REVOCATION_FETCH,
    timeStampRootsFile:
      values.YINXIN_TSA_ROOTS === undefined ? null : resolve(values.YINXIN_TSA_ROOTS),
    trustBundleDays: values.YINXIN_TRUST_BUNDLE_DAYS,
    retentionYears: values.YINXIN_RETENTION_YEARS,
    identity: toIdentityConfig(values),
    notices: toNoticeConfig(values),
    ...toLedgerConfig(values),
    ...toKeyConfig(values, dataDir),
  };
}

function toLedgerConfig(
  values: z.infer<typeof environment>,
): Pick<Config, 'ledger' | 'fabricProfile' | 'ledgerBatch' | 'ledgerSlots'> {
  const { YINXIN_LEDGER: ledger, YINXIN_FABRIC_PROFILE: profile } = values;
  return {
    ledger,
    fabricProfile: profile === undefined ? null : resolve(profile),
    ledgerBatch: values.YINXIN_LEDGER_BATCH,
    ledgerSlots: values.YINXIN_LEDGER_SLOTS ?? (ledger === 'embedded' ? 1 : FABRIC_SLOTS),
  };
}

function toKeyConfig(
  values: z.infer<typeof environment>,
  dataDir: string,
): Pick<Config, 'keysDir' | 'masterKeyFile'> {
  return {
    keysDir: resolve(values.YINXIN_KEYS_DIR ?? join(dataDir, 'keys')),
    masterKeyFile: values.YINXIN_MASTER_KEY_FILE ?? join(dataDir, 'master.key'),
  };
}

function isMissingOrEmpty(path: string): boolean {
  return !existsSync(path) || readdirSync(path).length === 0;
}

function toFault(issue: z.core.$ZodIssue): Fault {
  if (issue.code === 'unrecognized_keys') {
    return { pointer: issue.keys.join(', '), detail: 'is not a setting of Yinxin' };
  }
  return { pointer: issue.path.join('.'), detail: issue.message };
}

function invalid(faults: readonly Fault[]): ServiceError {
  const list = faults.map((fault) => `${fault.pointer}: ${fault.detail}`).join('; ');
  return new ServiceError('CONFIGURATION_INVALID', `configuration: ${list}`, { faults });
}

import type { Fault } from './errors.ts';

/** How people sign in. */
export interface IdentityConfig {
  /** By passwords of ours. Systems always do. */
  readonly isLocalOn: boolean;
  /** By an OpenID Connect provider; null: by none. */
  readonly provider: ProviderConfig | null;
  /** After how long without a request a person's session ends. */
  readonly idleMinutes: number;
}

export interface ProviderConfig {
  /** As the provider names itself, `https` unless it is on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  /** File with the client's secret; null: a public client, with PKCE alone. */
  readonly clientSecretFile: string | null;
  /** Claim with the code by which a holder holds licences; null: holders are bound by hand. */
  readonly holderCodeClaim: string | null;
}

/** Settings as they are in the environment. */
export interface IdentityValues {
  readonly YINXIN_LOCAL_SIGN_IN: 'on' | 'off';
  readonly YINXIN_OIDC_ISSUER?: string | undefined;
  readonly YINXIN_OIDC_CLIENT_ID?: string | undefined;
  readonly YINXIN_OIDC_CLIENT_SECRET_FILE?: string | undefined;
  readonly YINXIN_OIDC_HOLDER_CODE_CLAIM?: string | undefined;
  readonly YINXIN_SESSION_IDLE_MINUTES: number;
}

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether an address is on this machine: only then is `http` good enough for secrets. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK.has(url.hostname);
}

/** @returns what contradicts itself: a way to sign in must remain, and a provider needs all of its settings. */
export function identityFaults(values: IdentityValues): readonly Fault[] {
  const { YINXIN_OIDC_ISSUER: issuer } = values;
  const faults: Fault[] = [];
  if (issuer === undefined) {
    const lonely = [
      'YINXIN_OIDC_CLIENT_ID',
      'YINXIN_OIDC_CLIENT_SECRET_FILE',
      'YINXIN_OIDC_HOLDER_CODE_CLAIM',
    ] as const;
    for (const name of lonely) {
      if (values[name] !== undefined)
        faults.push({ pointer: name, detail: 'is given, but YINXIN_OIDC_ISSUER is not' });
    }
    if (values.YINXIN_LOCAL_SIGN_IN === 'off')
      faults.push({
        pointer: 'YINXIN_LOCAL_SIGN_IN',
        detail: 'is off, and there is no YINXIN_OIDC_ISSUER: nobody could sign in',
      });
    return faults;
  }
  if (values.YINXIN_OIDC_CLIENT_ID === undefined)
    faults.push({ pointer: 'YINXIN_OIDC_CLIENT_ID', detail: 'is missing' });
  const url = new URL(issuer);
  if (url.protocol !== 'https:' && !isLoopback(url))
    faults.push({ pointer: 'YINXIN_OIDC_ISSUER', detail: 'must begin with https:' });
  return faults;
}

/** @throws nothing: ask {@link identityFaults} first. */
export function toIdentityConfig(values: IdentityValues): IdentityConfig {
  const { YINXIN_OIDC_ISSUER: issuer, YINXIN_OIDC_CLIENT_ID: clientId } = values;
  return {
    isLocalOn: values.YINXIN_LOCAL_SIGN_IN === 'on',
    idleMinutes: values.YINXIN_SESSION_IDLE_MINUTES,
    provider:
      issuer === undefined || clientId === undefined
        ? null
        : {
            ...{ issuer, clientId },
            clientSecretFile: values.YINXIN_OIDC_CLIENT_SECRET_FILE ?? null,
            holderCodeClaim: values.YINXIN_OIDC_HOLDER_CODE_CLAIM ?? null,
          },
  };
}

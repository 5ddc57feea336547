import { readFile } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { ServiceError } from '../errors.ts';
import { openIdProvider } from '../outbound/openIdProvider.ts';
import type { IdentitySettings } from '../people/identityProvider.ts';

/** Path below the origin to which the provider sends browsers back. */
export const CALLBACK_PATH = '/api/v1/sessions/oidc/callback';

/** How people sign in, by the configuration. @throws ServiceError `CONFIGURATION_INVALID` (no readable secret). */
export async function openIdentity(
  { identity }: Pick<Config, 'identity'>,
  { clock, publicUrl }: Readonly<{ clock: Clock; publicUrl: string }>,
): Promise<IdentitySettings> {
  const { isLocalOn, idleMinutes, provider } = identity;
  if (provider === null) return { isLocalOn, idleMinutes, provider: null };
  const { clientSecretFile, ...client } = provider;
  const clientSecret = clientSecretFile === null ? null : await readSecret(clientSecretFile);
  const redirectUri = publicUrl + CALLBACK_PATH;
  return {
    ...{ isLocalOn, idleMinutes },
    provider: openIdProvider({ ...client, clientSecret, redirectUri, clock }),
  };
}

async function readSecret(path: string): Promise<string> {
  const detail = 'YINXIN_OIDC_CLIENT_SECRET_FILE: is no file with a secret';
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ServiceError('CONFIGURATION_INVALID', `configuration: ${detail}`, { cause });
  }
  const secret = text.trim();
  if (secret === '') throw new ServiceError('CONFIGURATION_INVALID', `configuration: ${detail}`);
  return secret;
}

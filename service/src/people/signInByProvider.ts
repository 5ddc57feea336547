import { freshBytes } from '../freshBytes.ts';
import { ServiceError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { accountOfIdentity, type IdentityParts } from './identities.ts';
import type { IdentityProvider, SignInAttempt } from './identityProvider.ts';
import { beginSession, type SessionParts, type SignedIn } from './sessions.ts';

export interface ProviderSignInParts extends IdentityParts, SessionParts {
  readonly store: IdentityParts['store'] & SessionParts['store'];
  readonly identity: IdentityParts['identity'];
}

/** How long somebody may take at the provider, seconds. */
export const ATTEMPT_SECONDS = 600;
const TICKET_FORM = /^([0-9a-z]{1,12})\.[A-Za-z0-9_-]{43}$/;

export interface BegunSignIn {
  /** Where to send the browser. */
  readonly url: string;
  /** For the browser to keep and bring back: nothing of the attempt is kept here. */
  readonly ticket: string;
}

/**
 * Begins a sign-in at the identity provider.
 *
 * @throws ServiceError `NOT_FOUND` (there is none), `IDENTITY_PROVIDER_UNAVAILABLE`.
 */
export async function beginSignIn(parts: ProviderSignInParts): Promise<BegunSignIn> {
  const provider = requireProvider(parts);
  const random = Buffer.from(freshBytes(32)).toString('base64url');
  const ticket = `${parts.clock.now().getTime().toString(36)}.${random}`;
  return { url: await provider.begin(attemptOf(parts.store, ticket)), ticket };
}

/**
 * Takes the provider's answer and begins a session.
 *
 * @param ticket - that of the browser's cookie; attacker-controlled, as is `answer`.
 * @throws ServiceError `NOT_FOUND` (no provider), `IDENTITY_REFUSED` (another browser's attempt, too late, or the provider
 * says no), `IDENTITY_UNKNOWN`, `IDENTITY_ALREADY_BOUND`, `IDENTITY_PROVIDER_UNAVAILABLE`.
 */
export async function finishSignIn(
  parts: ProviderSignInParts,
  ticket: string | null,
  answer: Readonly<Record<string, string>>,
): Promise<SignedIn> {
  const provider = requireProvider(parts);
  const begun = TICKET_FORM.exec(ticket ?? '')?.[1];
  if (ticket === null || begun === undefined) {
    throw new ServiceError('IDENTITY_REFUSED', 'this sign-in was not begun in this browser');
  }
  const attempt = attemptOf(parts.store, ticket);
  // the state also vouches for the time in the ticket
  if (answer['state'] !== attempt.state) {
    throw new ServiceError('IDENTITY_REFUSED', 'this sign-in was not begun in this browser');
  }
  const age = parts.clock.now().getTime() - Number.parseInt(begun, 36);
  if (age > ATTEMPT_SECONDS * 1000) {
    throw new ServiceError('IDENTITY_REFUSED', 'this sign-in took too long: begin again');
  }
  const account = await accountOfIdentity(parts, await provider.finish(attempt, answer));
  return await beginSession(parts, account, 'external');
}

/** Everything of an attempt follows from its ticket and a key of ours, so any process can finish it. */
function attemptOf(store: Pick<Store, 'holders'>, ticket: string): SignInAttempt {
  const derive = (purpose: string): string => store.holders.keyedHash(`sign-in/${purpose}`, ticket);
  return {
    state: derive('state'),
    nonce: derive('nonce'),
    codeVerifier: derive('code-verifier'),
  };
}

function requireProvider({ identity }: ProviderSignInParts): IdentityProvider {
  if (identity.provider === null) {
    throw new ServiceError('NOT_FOUND', 'there is no identity provider here');
  }
  return identity.provider;
}

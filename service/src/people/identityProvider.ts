/** Port: somebody elsewhere who vouches for people (OpenID Connect Core 1.0, authorization code flow). */

/** What binds an answer of the provider to the browser that was sent there. All of it is unguessable. */
export interface SignInAttempt {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 §4.1. */
  readonly codeVerifier: string;
}

/** Whom the provider vouches for. */
export interface ProvenIdentity {
  readonly issuer: string;
  /** The provider's name for the person, for good (`sub`). */
  readonly subject: string;
  readonly name: string | null;
  /** Value of the claim that names the holder's code; null: none is set, or it is not there. */
  readonly holderCode: string | null;
}

export interface IdentityProvider {
  readonly issuer: string;
  /** Where to send the browser. @throws ServiceError `IDENTITY_PROVIDER_UNAVAILABLE`. */
  begin(attempt: SignInAttempt): Promise<string>;
  /**
   * Takes the answer that the browser brought back.
   *
   * @param answer - parameters of the redirection; attacker-controlled.
   * @throws ServiceError `IDENTITY_REFUSED` (the provider says no, or what it says does not hold),
   * `IDENTITY_PROVIDER_UNAVAILABLE`.
   */
  finish(attempt: SignInAttempt, answer: Readonly<Record<string, string>>): Promise<ProvenIdentity>;
}

/** How people sign in here. */
export interface IdentitySettings {
  /** By passwords of ours. */
  readonly isLocalOn: boolean;
  readonly provider: IdentityProvider | null;
  /** After how long without a request a person's session ends; absent: not before its time is over. */
  readonly idleMinutes?: number;
}

/** A real OpenID Connect provider in a process of its own, and a browser that signs in at it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface OidcProviderSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly holderCodeClaim: string;
  /** Claims by the name under which somebody signs in, which is their `sub`, too. */
  readonly people: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface OidcProvider {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** Starts the provider. @throws Error with what it wrote if it ends before it listens. */
export async function startOidcProvider(settings: OidcProviderSettings): Promise<OidcProvider> {
  const script = join(import.meta.dirname, 'oidcProviderChild.ts');
  const child = spawn(process.execPath, [script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'exit');
  const issuer = await Promise.race([
    once(child.stdout.setEncoding('utf8'), 'data').then(([text]) => String(text).trim()),
    ended.then(() => {
      throw new Error(`the provider ended: ${errors}`);
    }),
  ]);
  return {
    issuer,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Keeps cookies by host and follows redirections one by one, as a browser does. */
export class TestBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();

  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    const response = await fetch(url, {
      method: form === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        accept: 'text/html,*/*;q=0.8',
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  cookie(host: string, name: string): string | undefined {
    return this.#cookies.get(host)?.get(name);
  }

  /**
   * Signs in at the provider's own pages.
   *
   * @param url - where the service sent the browser.
   * @returns where the provider sends it in the end.
   */
  async signInAt(url: string, login: string): Promise<string> {
    const { origin } = new URL(url);
    let next = url;
    for (let step = 0; step < 10; step++) {
      const answer = await this.open(next);
      const location = answer.headers.get('location');
      if (location !== null) {
        next = new URL(location, next).href;
        if (new URL(next).origin !== origin) return next;
        continue;
      }
      const page = await answer.text();
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (action === undefined) throw new Error(`no form at ${next}: ${page.slice(0, 200)}`);
      const sent = await this.open(new URL(action, next).href, {
        prompt: 'login',
        login,
        password: 'any',
      });
      next = new URL(sent.headers.get('location') ?? '', next).href;
    }
    throw new Error('the provider never sent the browser back');
  }
}

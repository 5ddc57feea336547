/** An OpenID Connect provider as a process of its own: `node oidcProviderChild.ts SETTINGS`, told as JSON. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import type { OidcProviderSettings } from './oidcProvider.ts';

const settings = JSON.parse(process.argv[2] ?? '') as OidcProviderSettings; // the parent's
let handle: RequestListener = (_, response) => void response.writeHead(503).end();
const server = createServer((request, response) => {
  handle(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      redirect_uris: [settings.redirectUri],
    },
  ],
  claims: { openid: ['sub'], profile: ['name', settings.holderCodeClaim] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...settings.people[id] }),
  }),
  // nobody is asked whether this service may know who they are
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    if (client === undefined || session?.accountId === undefined) return undefined;
    const grant = new ctx.oidc.provider.Grant({
      clientId: client.clientId,
      accountId: session.accountId,
    });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});
const answer = provider.callback();
handle = (request, response) => void answer(request, response);
process.stdout.write(`${issuer}\n`);

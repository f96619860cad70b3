// An OpenID Connect provider on loopback: node oidc_provider.mjs, with PORT, CLIENT
// (id, secret, where readers are sent back to) and ACCOUNTS ({name: [groups]}) in the
// environment. Its page of signing in has one button for each account, no password.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";

import Provider, { interactionPolicy } from "oidc-provider";

const port = Number(process.env.PORT);
const client = JSON.parse(process.env.CLIENT);
const accounts = JSON.parse(process.env.ACCOUNTS);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const policy = interactionPolicy.base();
// Streamlit asks for prompt=select_account, which the library refuses by default.
const { Prompt } = interactionPolicy;
policy.add(new Prompt({ name: "select_account", requestable: true }), 0);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [client.back],
      post_logout_redirect_uris: [client.back],
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "groups"], email: ["email"] },
  conformIdTokenClaims: false, // Streamlit reads claims of the ID token only
  cookies: { keys: [randomBytes(32).toString("hex")] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig" }] },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { logoutSource: signOut },
  },
  interactions: { policy, url: (_, asked) => `/interaction/${asked.uid}` },
  findAccount: (_, name) => ({
    accountId: name,
    claims: () => ({
      sub: name,
      name,
      email: `${name}@example.org`,
      groups: accounts[name],
    }),
  }),
  // One organisation's own provider asks nobody for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const buttons = Object.keys(accounts)
  .map((name) => `<button name="account" value="${name}">${name}</button>`)
  .join(" ");
const page =
  '<!doctype html><html lang="en"><title>Sign in</title>' +
  `<h1>Who are you?</h1><form method="post">${buttons}</form></html>`;

// The library's own page loads a font from elsewhere.
function signOut(ctx, form) {
  ctx.body =
    '<!doctype html><html lang="en"><title>Sign out</title>' +
    `<h1>Sign out here too?</h1>${form}` +
    '<button form="op.logoutForm" name="logout" value="yes">Yes</button></html>';
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

async function interact(request, response) {
  await provider.interactionDetails(request, response); // whose cookie is this?
  if (request.method !== "POST") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page);
    return;
  }
  const accountId = (await body(request)).get("account");
  if (!Object.hasOwn(accounts, accountId)) throw new Error("no such account");
  await provider.interactionFinished(request, response, {
    login: { accountId },
    select_account: {},
  });
}

const answer = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return answer(request, response);
  return interact(request, response).catch((error) => {
    response.statusCode = 400;
    response.end(String(error));
  });
}).listen(port, "127.0.0.1");

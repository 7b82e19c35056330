import { mintToken, TOKEN_SECONDS } from "../access-token.ts";
import { readDevVars } from "../dev-vars.ts";
import { CommandFailure } from "../failure.ts";
import { isLoopback } from "./options.ts";

/** The headers that authenticate an operator, renewed before they expire. */
export type Credentials = () => Promise<Record<string, string>>;

// A token is replaced this long before it expires, because a batch may take a while.
const SPARE_SECONDS = 180;

/**
 * Authentication for `to`: on this machine a token signed with the local development key of `root`, on any other host a
 * Cloudflare Access service token from `env`. @throws CommandFailure if it is missing
 */
export async function operatorCredentials(
  to: URL,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  return isLoopback(to) ? localCredentials(root) : accessCredentials(to, env);
}

async function localCredentials(root: string): Promise<Credentials> {
  const secrets = await readDevVars(root);
  if (secrets === null) {
    throw new CommandFailure(
      "There is no .dev.vars here to sign an operator's token with: start the service first, with npm run dev.",
    );
  }
  return operatorTokens(secrets.TOKEN_SIGNING_KEYS);
}

/** Operator tokens signed with a development key. `now` in milliseconds. */
export function operatorTokens(tokenSigningKeys: string, now = Date.now): Credentials {
  let token = "";
  let renewAt = -Infinity;
  return async () => {
    if (now() >= renewAt) {
      token = await mintToken(tokenSigningKeys, "operator", { now: now() });
      renewAt = now() + (TOKEN_SECONDS - SPARE_SECONDS) * 1000;
    }
    return { Authorization: `Bearer ${token}` };
  };
}

function accessCredentials(to: URL, env: Readonly<Record<string, string | undefined>>): Credentials {
  const id = env["CF_ACCESS_CLIENT_ID"];
  const secret = env["CF_ACCESS_CLIENT_SECRET"];
  if (id === undefined || id === "" || secret === undefined || secret === "") {
    throw new CommandFailure(
      `${to.host} is behind Cloudflare Access: set CF_ACCESS_CLIENT_ID and CF_ACCESS_CLIENT_SECRET to a service token's.`,
    );
  }
  const headers = { "CF-Access-Client-Id": id, "CF-Access-Client-Secret": secret };
  return () => Promise.resolve(headers);
}

import * as z from "zod";
import type { Config } from "../config.ts";
import { endpoint, json, type Endpoint } from "./endpoint.ts";

const KeySet = z
  .object({
    keys: z.array(
      z
        .object({
          kty: z.string(),
          crv: z.string(),
          x: z.string(),
          y: z.string(),
          kid: z.string(),
          alg: z.string(),
          use: z.string(),
        })
        .meta({ id: "Key" }),
    ),
  })
  .meta({ id: "KeySet" });

/** The public halves of the signing keys. */
export function keyRoutes(config: Config): Endpoint[] {
  const keys = config.secrets.signingKeys.map(({ kty, crv, x, y, kid }) => ({
    kty,
    crv,
    x,
    y,
    kid,
    alg: "ES256",
    use: "sig",
  }));
  return [
    endpoint(
      {
        operationId: "getSigningKeys",
        method: "get",
        path: "/.well-known/jwks.json",
        tag: "Service",
        summary: "Public signing keys",
        description: "The keys that sign the service's tokens, as a JWK set.",
        scopes: null,
        answers: { 200: { description: "The key set.", schema: KeySet } },
        refusals: [],
      },
      (_, call) => json({ keys }, call.requestId, 200, { "cache-control": "public, max-age=300" }),
    ),
  ];
}

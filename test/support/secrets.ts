import { generateKeyPairSync } from "node:crypto";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** Secrets made anew for each run of the tests: nothing that protects anything is in the repository. */
export const testSecrets = {
  INDEX_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64"),
  SEAL_KEYS: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64"),
  TOKEN_SIGNING_KEYS: JSON.stringify({
    keys: [{ ...privateKey.export({ format: "jwk" }), kid: "test-1", alg: "ES256", use: "sig" }],
  }),
};

import { generateKeyPairSync } from "node:crypto";

/** By which the processes of a run hand them on. */
const HANDED_ON = "KONNECTIONS_TEST_SECRETS";

interface TestSecrets {
  readonly INDEX_KEY: string;
  readonly SEAL_KEYS: string;
  readonly TOKEN_SIGNING_KEYS: string;
}

/**
 * Secrets made anew for each run of the tests, the same in all its processes: nothing that protects anything is in the
 * repository.
 */
export const testSecrets: TestSecrets = handedOn() ?? made();

function handedOn(): TestSecrets | null {
  const text = process.env[HANDED_ON];
  return text === undefined ? null : (JSON.parse(text) as TestSecrets);
}

function made(): TestSecrets {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secrets = {
    INDEX_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64"),
    SEAL_KEYS: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64"),
    TOKEN_SIGNING_KEYS: JSON.stringify({
      keys: [{ ...privateKey.export({ format: "jwk" }), kid: "test-1", alg: "ES256", use: "sig" }],
    }),
  };
  process.env[HANDED_ON] = JSON.stringify(secrets);
  return secrets;
}

import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { built } from "../support/build.ts";
import { testSecrets } from "../support/secrets.ts";
import { ROOT } from "../support/service.ts";

// A deployment that would answer badly must not start, and must say which setting it is; never with its value. A case of
// each kind of setting, since a start takes seconds: all that is refused is in test/config.test.ts.

const issuer = (changes: object = {}): string =>
  JSON.stringify([
    {
      issuer: "https://id.example",
      jwks: "https://id.example/keys",
      algorithms: ["ES256"],
      audience: "app",
      scope: "app",
      ...changes,
    },
  ]);
const secret = (bytes: number): string => randomBytes(bytes).toString("base64");

/** What the runtime said of a Worker that did not start, or null of one that did. */
async function refusal(changes: Readonly<Record<string, string>>): Promise<string | null> {
  const secrets: Record<string, string> = { ...testSecrets };
  const vars: Record<string, string> = { ENVIRONMENT: "production", PRIVACY_CONTACT: "privacy@id.example" };
  for (const [name, value] of Object.entries(changes)) (name in testSecrets ? secrets : vars)[name] = value;
  const harness = createTestHarness({
    root: ROOT,
    workers: [{ configPath: "wrangler.toml", ...built(), vars, secrets }],
  });
  try {
    await harness.listen();
    return null;
  } catch (thrown) {
    return String(thrown);
  } finally {
    await harness.close();
  }
}

const CASES = [
  ["RATE_LIMITS", "are off in production", "off"],
  ["INDEX_KEY", "is too short", secret(31)],
  ["EXTERNAL_ISSUERS", "would make operators", issuer({ scope: "operator" })],
] as const;

describe("a deployment does not start, and names the setting, where", () => {
  it.each(CASES)("%s %s", async (name, _, value) => {
    const said = (await refusal({ [name]: value })) ?? "It started.";
    expect(said).toMatch(new RegExp(`ConfigError: [^\\n]*\\b${name}\\b`));
    if (value.length > 20) expect(said, "never its value").not.toContain(value.slice(0, 20));
  });
});

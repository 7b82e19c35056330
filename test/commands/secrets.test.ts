import { generateKeyPairSync } from "node:crypto";
import { chmod, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ensureDevVars, readDevVars } from "../../src/commands/dev-vars.ts";
import { freshSecrets, secretProblem, signingKeys } from "../../src/commands/secrets.ts";
import { scratchFolder } from "./scratch.ts";

const fresh = await freshSecrets();
const [signingKey] = signingKeys(fresh.TOKEN_SIGNING_KEYS);
const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
const p384 = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ format: "jwk" });
const key = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64");
const set = (...keys: unknown[]): string => JSON.stringify({ keys });

describe("secrets", () => {
  it("takes fresh ones, and lists of several keys", async () => {
    expect(secretProblem(fresh)).toBeNull();
    expect(secretProblem({ ...fresh, SEAL_KEYS: `${fresh.SEAL_KEYS}, ${key(32)}` })).toBeNull();
    const second = signingKeys((await freshSecrets()).TOKEN_SIGNING_KEYS)[0];
    expect(secretProblem({ ...fresh, TOKEN_SIGNING_KEYS: set(signingKey, second) })).toBeNull();
  });

  it.each([
    ["INDEX_KEY", undefined, "is missing"],
    ["INDEX_KEY", "", "is missing"],
    ["INDEX_KEY", key(31), "has a key of 31 bytes"],
    ["INDEX_KEY", key(33), "has a key of 33 bytes"],
    ["INDEX_KEY", "not base64 at all!", "is not base64"],
    ["INDEX_KEY", key(32).replace("=", ""), "is not base64"],
    ["INDEX_KEY", "_".repeat(43), "is not base64"],
    ["SEAL_KEYS", undefined, "is missing"],
    ["SEAL_KEYS", `${key(32)},`, "has a key of 0 bytes"],
    ["SEAL_KEYS", `${key(32)},${key(16)}`, "has a key of 16 bytes"],
    ["SEAL_KEYS", `${key(32)},${key(32)}`, "lists a key twice"],
    ["TOKEN_SIGNING_KEYS", undefined, "is missing"],
    ["TOKEN_SIGNING_KEYS", "{", "is not JSON"],
    ["TOKEN_SIGNING_KEYS", "[]", "is not a key set"],
    ["TOKEN_SIGNING_KEYS", "{}", "is not a key set"],
    ["TOKEN_SIGNING_KEYS", set(), "has no keys"],
    ["TOKEN_SIGNING_KEYS", set("key"), "has a key that is not P-256"],
    ["TOKEN_SIGNING_KEYS", set({ ...p384, kid: "a" }), "has a key that is not P-256"],
    ["TOKEN_SIGNING_KEYS", set({ ...signingKey, alg: "HS256" }), "has a key for another algorithm than ES256"],
    ["TOKEN_SIGNING_KEYS", set({ ...signingKey, kid: "" }), 'has a key without "kid"'],
    ["TOKEN_SIGNING_KEYS", set({ ...signingKey, d: undefined }), "has a key without its private part"],
    ["TOKEN_SIGNING_KEYS", set({ ...signingKey, d: other.d }), "has a key whose halves do not belong together"],
    ["TOKEN_SIGNING_KEYS", set({ ...signingKey, x: other.x }), "has a damaged key"],
    ["TOKEN_SIGNING_KEYS", set(signingKey, signingKey), 'has the same "kid" twice'],
  ])("%s = %j is named and told why: %s", (name, value, fault) => {
    const problem = secretProblem({ ...fresh, [name]: value });
    expect(problem).toContain(`${name} ${fault}: expected `);
    const shown = (value ?? "").length > 12 ? value : "no value";
    expect(problem).not.toContain(shown);
  });
});

describe(".dev.vars", () => {
  it("is made once, readable by its owner alone, and never changed", async () => {
    const root = await scratchFolder();
    expect(await readDevVars(root)).toBeNull();
    const first = await ensureDevVars(root);
    expect(first.made).toBe(true);
    expect((await stat(join(root, ".dev.vars"))).mode & 0o777).toBe(0o600);
    expect(await ensureDevVars(root)).toEqual({ secrets: first.secrets, made: false });
    expect(await readdir(root)).toEqual([".dev.vars"]);
  });

  it("is the same for everybody who makes it at once", async () => {
    const root = await scratchFolder();
    const all = await Promise.all(Array.from({ length: 8 }, () => ensureDevVars(root)));
    expect(all.filter(({ made }) => made)).toHaveLength(1);
    expect(new Set(all.map(({ secrets }) => secrets.INDEX_KEY)).size).toBe(1);
    expect(await readdir(root)).toEqual([".dev.vars"]);
  });

  it("with a secret missing, malformed or set twice stops the command, and stays as it is", async () => {
    const root = await scratchFolder();
    const path = join(root, ".dev.vars");
    await ensureDevVars(root);
    const good = await readFile(path, "utf8");
    for (const [text, sentence] of [
      [good.replace(/^INDEX_KEY=.*$/m, ""), /^INDEX_KEY is missing: expected .*\.dev\.vars\.$/],
      [good.replace(/^SEAL_KEYS=.*$/m, "SEAL_KEYS=c2hvcnQ="), /^SEAL_KEYS has a key of 5 bytes: expected /],
      [`${good}INDEX_KEY=${key(32)}\n`, /^INDEX_KEY is set twice: expected /],
      ["", /^INDEX_KEY is missing/],
    ] as const) {
      await writeFile(path, text);
      await expect(ensureDevVars(root)).rejects.toThrow(sentence);
      expect(await readFile(path, "utf8")).toBe(text);
    }
    await chmod(path, 0o600);
  });
});

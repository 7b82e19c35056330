import { access } from "node:fs/promises";
import { join } from "node:path";
import { decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { ensureDevVars } from "../../src/commands/dev-vars.ts";
import { operatorTokens } from "../../src/commands/import/credentials.ts";
import { freshSecrets, signingKeys } from "../../src/commands/secrets.ts";
import { startCommand } from "./child.ts";
import { scratchFolder } from "./scratch.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("npm run token", () => {
  it("prints a token and nothing else, making .dev.vars if it has to", async () => {
    const root = await scratchFolder();
    const { code, stdout, stderr } = await startCommand("token", [], root).exited;
    expect([code, stderr]).toEqual([0, ""]);
    const token = stdout.trimEnd();
    expect(stdout).toBe(`${token}\n`);

    const { secrets } = await ensureDevVars(root);
    const [{ d: _secret, ...publicKey }] = signingKeys(secrets.TOKEN_SIGNING_KEYS);
    const { payload } = await jwtVerify(token, await importJWK(publicKey), { algorithms: ["ES256"] });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "ES256", kid: publicKey.kid, typ: "JWT" });
    expect(payload).toEqual({
      iss: "konnections",
      pace: "burst",
      aud: "konnections",
      sub: expect.stringMatching(UUID),
      sid: expect.stringMatching(UUID),
      scope: "app",
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 900,
    });
    expect(Math.abs((payload.iat ?? 0) - Date.now() / 1000)).toBeLessThan(30);
  });

  it("takes the account", async () => {
    const sub = "7b0b3a52-1111-4111-8111-0123456789ab";
    const { stdout } = await startCommand("token", ["--scope", "operator", "--sub", sub], await scratchFolder()).exited;
    const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString()) as object;
    expect(claims).toMatchObject({ sub, scope: "operator" });
  });

  it("takes the day since which the account counts as a voter", async () => {
    const args = ["--scope", "app", "--since", "2026-01-31"];
    const { stdout } = await startCommand("token", args, await scratchFolder()).exited;
    const claims = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString()) as object;
    expect(claims).toMatchObject({ scope: "app", since: "2026-01-31" });
  });

  it.each(["--scope owner", "--scope app --sub me", "--scope app --since May", "--scop app", "app"])(
    'refuses "%s" with 2 and how it is used',
    async (line) => {
      const args = line.split(" ").filter((word) => word !== "");
      const root = await scratchFolder();
      const { code, stdout, stderr } = await startCommand("token", args, root).exited;
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("Usage: npm run -s token [-- --scope app|operator] [--sub UUID] [--since DAY]");
      await expect(access(join(root, ".dev.vars"))).rejects.toThrow("ENOENT");
    },
  );
});

describe("an import's tokens", () => {
  it("are renewed before they expire", async () => {
    let now = Date.parse("2026-01-01");
    const credentials = operatorTokens((await freshSecrets()).TOKEN_SIGNING_KEYS, () => now);
    const first = await credentials();
    now += 11 * 60_000;
    expect(await credentials()).toEqual(first);
    now += 2 * 60_000;
    expect(await credentials()).not.toEqual(first);
  });
});

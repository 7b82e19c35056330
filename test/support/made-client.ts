import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const CLIENT = join(ROOT, "test/client");
const run = promisify(execFile);

const COMPILED = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: "esnext",
  module: "nodenext",
  lib: ["esnext", "dom"],
  types: ["node"],
  allowImportingTsExtensions: true,
};

/**
 * Makes a client from an OpenAPI document with openapi-typescript, compiles test/client/session.ts against it with tsc,
 * runs it, and gives what it printed. Fails with what a tool said.
 */
export async function runMadeClient(document: string, args: readonly string[]): Promise<unknown> {
  // Below the project, so that its packages are found.
  await mkdir(join(ROOT, ".wrangler"), { recursive: true });
  const folder = await mkdtemp(join(ROOT, ".wrangler/client-"));
  try {
    await writeFile(join(folder, "openapi.json"), document);
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    await writeFile(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: COMPILED, files: ["session.ts"] }),
    );
    await copyFile(join(CLIENT, "session.ts"), join(folder, "session.ts"));
    const generator = createRequire(join(CLIENT, "package.json")).resolve("openapi-typescript");
    const cli = join(dirname(generator), "../bin/cli.js");
    await node([cli, join(folder, "openapi.json"), "--output", join(folder, "schema.ts")]);
    await node([join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder]);
    return JSON.parse(await node([join(folder, "session.ts"), ...args]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function node(args: readonly string[]): Promise<string> {
  try {
    return (await run(process.execPath, args)).stdout;
  } catch (failed) {
    const { stdout, stderr } = failed as { stdout: string; stderr: string };
    throw new Error(`${args[0]}: ${stdout} ${stderr}`, { cause: failed });
  }
}

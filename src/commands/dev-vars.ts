import { randomUUID } from "node:crypto";
import { constants, copyFile, link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { CommandFailure } from "./failure.ts";
import { freshSecrets, SECRET_NAMES, secretProblem, sentence } from "./secrets.ts";
import type { SecretName } from "./secrets.ts";

const HEADER = `# Secrets for development on this machine only, made by "npm run dev". Whoever has INDEX_KEY can tell which
# number a record is about. Losing this file makes the local data unreadable.
`;

/** The secrets of `<root>/.dev.vars`, or null if there is no such file. @throws CommandFailure if it is unusable */
export async function readDevVars(root: string): Promise<Record<SecretName, string> | null> {
  let text: string;
  try {
    text = await readFile(join(root, ".dev.vars"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new CommandFailure(`.dev.vars cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  const vars = parseEnv(text);
  const problem = twice(text) ?? secretProblem(vars);
  if (problem !== null) throw new CommandFailure(`${problem} It is read from .dev.vars.`);
  return vars as Record<SecretName, string>;
}

/** The secrets of `<root>/.dev.vars`, creating the file (mode 0600) if it is missing. Never changes an existing one. */
export async function ensureDevVars(root: string): Promise<{ secrets: Record<SecretName, string>; made: boolean }> {
  const existing = await readDevVars(root);
  if (existing !== null) return { secrets: existing, made: false };
  const fresh = await freshSecrets();
  const quoted = { ...fresh, TOKEN_SIGNING_KEYS: `'${fresh.TOKEN_SIGNING_KEYS}'` };
  const text = HEADER + SECRET_NAMES.map((name) => `${name}=${quoted[name]}\n`).join("");
  const made = await createWhole(join(root, ".dev.vars"), text);
  return { secrets: (await readDevVars(root)) ?? fresh, made };
}

/** Creates a file atomically with its content. @returns false if it exists already */
async function createWhole(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: "wx" });
  try {
    // A link, because a rename would overwrite. File systems without links get an exclusive copy.
    await link(draft, path).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw error;
      await copyFile(draft, path, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function twice(text: string): string | null {
  for (const name of SECRET_NAMES) {
    const lines = text.match(new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, "gm")) ?? [];
    if (lines.length > 1) return sentence(name, "is set twice");
  }
  return null;
}

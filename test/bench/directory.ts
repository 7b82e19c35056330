import { hkdfSync } from "node:crypto";
import { freshSecrets, type SecretName } from "../../src/commands/secrets.ts";
import { migrations, type Built } from "./build.ts";
import type { Reads, Task } from "./librarian.ts";
import { serve } from "./server.ts";
import type { Said, Written } from "./storekeeper.ts";

export type BenchSecrets = Record<SecretName, string>;

/** Secrets of this run alone. */
export function benchSecrets(): Promise<BenchSecrets> {
  return freshSecrets();
}

/** The two keys that the floor needs, as the vault derives them (its fill would not open otherwise, and we stop). */
export function floorKeys(secrets: BenchSecrets): { BLOCK_KEY: string; PAGE_KEY: string } {
  const derive = (secret: string, info: string): string =>
    Buffer.from(hkdfSync("sha256", Buffer.from(secret, "base64"), "", info, 32)).toString("base64");
  return {
    BLOCK_KEY: derive(secrets.INDEX_KEY, "konnections/index/block"),
    PAGE_KEY: derive(secrets.SEAL_KEYS, "konnections/seal/pages"),
  };
}

/** Callers that a task of filling writes: enough to keep the way there cheap, few enough to end soon. */
const A_TASK = 20_000;

/** A directory under `stores` that can be filled and counted in while no other process has it open. */
export interface Directory {
  /** Makes pages of callers `from` to `to` (left out), and puts them into KV too if `kv`. */
  fill(from: number, to: number, kv: boolean): Promise<void>;
  /** Puts what was filled in into D1. */
  publish(): Promise<void>;
  /** Says in KV that it has all pages. */
  markComplete(): Promise<void>;
  /** What looking each number up reads from the stores. */
  count(numbers: readonly string[]): Promise<Reads[]>;
  /** Takes in what somebody says, as the product does, and publishes what waits. */
  say(said: Said): Promise<void>;
  publishMarks(): Promise<void>;
  /** What that has written so far. */
  written(): Promise<Written>;
  close(): Promise<void>;
}

/** Makes a directory and opens it, or opens one that there is. */
export async function openDirectory(
  librarian: Built,
  stores: string,
  secrets: BenchSecrets,
  isNew = true,
): Promise<Directory> {
  const server = await serve([{ name: "librarian", built: librarian, bindings: secrets }], stores);
  const port = await server.port("librarian");
  const ask = async (task: Task): Promise<Response> => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: JSON.stringify(task) });
    if (!answer.ok) throw new Error(`the librarian failed at ${task.task}: ${await answer.text()}`);
    return answer;
  };
  if (isNew) await ask({ task: "migrate", statements: migrations() });
  return {
    fill: async (from, to, kv) => {
      for (let at = from; at < to; at += A_TASK) {
        await ask({ task: "fill", from: at, to: Math.min(to, at + A_TASK), kv });
      }
    },
    publish: async () => void (await ask({ task: "publish" })),
    markComplete: async () => void (await ask({ task: "complete" })),
    count: async (numbers) => (await ask({ task: "count", numbers })).json<Reads[]>(),
    say: async (said) => void (await ask({ task: "say", said })),
    publishMarks: async () => void (await ask({ task: "publish-marks" })),
    written: async () => (await ask({ task: "written" })).json<Written>(),
    close: () => server.stop(),
  };
}

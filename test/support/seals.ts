import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { filesOf, logicalDump } from "./state.ts";

/** Something that was sealed under a key, as it stands in a store. */
export interface StoredSeal {
  /** As in the table of what is stored: `d1 table column`, `object Class table column`, `kv`, `r2`. */
  readonly place: string;
  readonly value: string;
}

/** Whatever stands in stores and begins with a key's id: in columns of its own, or in JSON. @param state of miniflare */
export function sealsUnder(state: string, keyId: string): StoredSeal[] {
  const id = Buffer.from(keyId, "hex");
  // 30 of its 32 bits: the sixth character holds bits of the nonce too.
  const text = id.toString("base64url").slice(0, 5);
  const sealed = (value: string): boolean =>
    value.startsWith(keyId) || value.startsWith(text) || value.includes(`"${text}`);
  const rows = Object.entries(logicalDump(state)).flatMap(([path, tables]) => {
    const store = storeOf(path);
    if (store === null || typeof tables === "string") return [];
    return Object.entries(tables as Record<string, readonly string[]>).flatMap(([table, texts]) =>
      texts.flatMap((row) =>
        Object.entries(JSON.parse(row) as Record<string, unknown>).flatMap(([column, value]) =>
          typeof value === "string" && value !== keyId && sealed(value)
            ? [{ place: `${store} ${table} ${column}`, value }]
            : [],
        ),
      ),
    );
  });
  const blobs = filesOf(state).flatMap((path) => {
    const [, kind = ""] = /^(kv|r2)\/.*\/blobs\//.exec(relative(state, path)) ?? [];
    const bytes = kind === "" ? Buffer.alloc(0) : readFileSync(path);
    return bytes.subarray(0, id.length).equals(id) ? [{ place: kind, value: bytes.toString("hex") }] : [];
  });
  return [...rows, ...blobs];
}

/** `d1` or `object Class`; null for the platform's own databases. */
function storeOf(path: string): string | null {
  if (path.endsWith("metadata.sqlite")) return null;
  if (path.startsWith("d1/")) return "d1";
  const [, name = null] = /^do\/konnections-(\w+)\//.exec(path) ?? [];
  return name === null ? null : `object ${name}`;
}

/**
 * Which of some values stand anywhere in the raw bytes of the files of stores, as text or as bytes: in a copy whose
 * databases are written anew, so that neither their logs of the last writes nor space that is free again are in it.
 */
export function inRawBytes(state: string, values: readonly StoredSeal[]): string[] {
  const copy = mkdtempSync(join(tmpdir(), "konnections-raw-"));
  cpSync(state, copy, { recursive: true });
  for (const path of filesOf(copy).filter((name) => name.endsWith(".sqlite"))) {
    const database = new DatabaseSync(path);
    database.exec("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
    database.close();
  }
  const files = filesOf(copy).map((path) => readFileSync(path));
  rmSync(copy, { recursive: true });
  return values
    .filter(({ value }) => {
      const needles = [
        Buffer.from(value),
        ...(/^[0-9a-f]+$/.test(value) ? [Buffer.from(value.slice(0, 128), "hex")] : []),
      ];
      return files.some((file) => needles.some((needle) => file.includes(needle)));
    })
    .map(({ place }) => place);
}

/** The folder of stores of a service whose temporary folder this is. */
export function stateIn(folder: string): string {
  const found = filesOf(folder)
    .map((path) => /^miniflare-[^/]+(?=\/do\/)/.exec(relative(folder, path))?.[0])
    .find((name) => name !== undefined);
  if (found === undefined) throw new Error(`no stores in ${folder}`);
  return join(folder, found);
}

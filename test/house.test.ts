import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "..", "src");

/** A room's floor: a room imports from lower floors only. Rooms of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ["numbers", "memory", "language", "mail-settings", "message-limits", "time"],
  ["verdict", "vault", "lifecycle"],
  ["telemetry"],
  ["storage"],
  ["config"],
  ["isolate"],
  ["keys"],
  ["directory", "messaging", "imaging", "quotas"],
  ["codes"],
  ["http"],
  ["campaigns", "lookup", "voting", "accounts", "contacts", "phonebook", "images", "ownership", "privacy", "operators"],
  ["compose"],
  ["endpoints", "every-minute"],
  ["index"],
];

/** Files that may look at the edge: a room's endpoints, and what they read of a request. */
const ENDPOINT_FILES = /(^|[-/])routes\.ts$|^dataset-rows\.ts$/;

/** The wiring, each file under the next: who is handed what, the endpoints of it, and the Worker's doors. */
const WIRING = ["compose", "endpoints", "every-minute", "index"];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && file !== "env.d.ts",
);
const imports: Import[] = files.flatMap((from) =>
  [...readFileSync(join(SRC, from), "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, path]) => ({
    from,
    to: relative(SRC, join(SRC, dirname(from), path ?? "")),
  })),
);

const roomOf = (file: string): string =>
  file.includes("/") ? file.slice(0, file.indexOf("/")) : file.replace(/\.ts$/, "");
const ROOMS = FLOORS.findIndex((floor) => floor.includes("lookup"));
/** A file's floor is its room's; endpoints stand on the top floor of rooms, whatever floor their room is on. */
const floorOf = (file: string): number =>
  ENDPOINT_FILES.test(file.slice(file.indexOf("/") + 1)) && roomOf(file) !== "http"
    ? ROOMS
    : FLOORS.findIndex((floor) => floor.includes(roomOf(file)));

describe("the house", () => {
  it("has only rooms that stand on a floor", () => {
    const rooms = new Set(files.map(roomOf));
    // The operators' commands are programs of their own beside the Worker.
    rooms.delete("commands");
    for (const room of rooms) expect(FLOORS.flat(), `src/${room}`).toContain(room);
  });

  it("imports downwards only", () => {
    const wrong = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      if (room === other || to === "../package.json") return false;
      // Commands speak HTTP like any client; of the Worker they know how its secrets are written, the contract's words, and numbers.
      if (room === "commands") return !["vault/secrets.ts", "verdict/evidence.ts", "numbers/number.ts"].includes(to);
      return floorOf(from) <= floorOf(to);
    });
    expect(wrong).toEqual([]);
  });

  it("lets rooms look at the edge from their endpoints alone", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        roomOf(to) === "http" &&
        !["http", ...WIRING].includes(roomOf(from)) &&
        !ENDPOINT_FILES.test(from.slice(from.indexOf("/") + 1)),
    );
    expect(wrong).toEqual([]);
  });

  it("has sub-rooms that know their room, and not each other", () => {
    const subRoomOf = (file: string): string | null => /^[^/]+\/([^/]+)\//.exec(file)?.[1] ?? null;
    const wrong = imports.filter(({ from, to }) => {
      const [room, other] = [subRoomOf(from), subRoomOf(to)];
      return roomOf(from) === roomOf(to) && room !== null && other !== null && room !== other;
    });
    expect(wrong.filter(({ from }) => roomOf(from) !== "commands")).toEqual([]);
  });

  it("speaks to stores in records.ts alone", () => {
    const stores = /\b(D1Database|KVNamespace|R2Bucket)\b|from "drizzle-orm\/d1"/;
    const speakers = files.filter(
      (file) => stores.test(readFileSync(join(SRC, file), "utf8")) && !file.startsWith("commands/"),
    );
    expect(speakers.filter((file) => !file.endsWith("records.ts"))).toEqual(["storage/d1.ts"]);
  });

  it("has a page of doors, and wiring that nothing but them knows", () => {
    expect(readFileSync(join(SRC, "index.ts"), "utf8").split("\n").length).toBeLessThanOrEqual(60);
    const wrong = imports.filter(({ from, to }) => WIRING.includes(roomOf(to)) && !WIRING.includes(roomOf(from)));
    expect(wrong).toEqual([]);
  });

  it("reads configuration and makes a vault in one place", () => {
    const makers = files.filter((file) => /\breadConfig\(\{|new Vault\(/.test(readFileSync(join(SRC, file), "utf8")));
    expect(makers.filter((file) => !file.startsWith("commands/"))).toEqual(["isolate.ts"]);
  });

  it("has no cycle between files", () => {
    const edges = Map.groupBy(imports, ({ from }) => from);
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "open") cycles.push([...path, file].join(" → "));
      if (state.has(file)) return;
      state.set(file, "open");
      for (const { to } of edges.get(file) ?? []) walk(to, [...path, file]);
      state.set(file, "done");
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });

  it("keeps every file under 400 lines, and every room with a README", () => {
    const long = files.filter((file) => readFileSync(join(SRC, file), "utf8").split("\n").length > 400);
    expect(long).toEqual([]);
    const rooms = [...new Set(files.filter((file) => file.includes("/")).map(roomOf))];
    const bare = rooms.filter((room) => !readdirSync(join(SRC, room)).includes("README.md"));
    expect(bare).toEqual([]);
  });
});

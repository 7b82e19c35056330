import { env } from "cloudflare:workers";
import { abortAllDurableObjects, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { ObjectRows } from "../../src/storage/object-rows.ts";

const FIRST = ["CREATE TABLE cake (name TEXT PRIMARY KEY, layers INTEGER) WITHOUT ROWID"];
const SECOND = [...FIRST, "ALTER TABLE cake ADD icing TEXT; CREATE INDEX cake_by_layers ON cake (layers)"];

interface Cake {
  readonly name: string;
  readonly layers: number;
}

/** An object of some class: only its storage is used. */
const someObject = (name: string = crypto.randomUUID()): DurableObjectStub => env.PICTURE_RECIPIENTS.getByName(name);

function inside<T>(stub: DurableObjectStub, work: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
  return runInDurableObject(stub, (_, { storage }) => work(storage));
}

const tables = ({ sql }: DurableObjectStorage): unknown[] =>
  sql
    .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name")
    .toArray()
    .map(({ name }) => name);

describe("an object's rows", () => {
  it("are none, and leave nothing, until something is inserted", () =>
    inside(someObject(), (storage) => {
      const size = storage.sql.databaseSize;
      const rows = new ObjectRows(storage, "cakes", FIRST, []);
      expect(rows.all("SELECT name FROM cake")).toEqual([]);
      expect(rows.first("SELECT count(*) AS n FROM cake")).toBeNull();
      rows.change("DELETE FROM cake");
      expect([rows.exist, storage.sql.databaseSize, tables(storage)]).toEqual([false, size, []]);
      rows.insert("INSERT INTO cake VALUES (?, ?)", "sponge", 2);
      expect(rows.first<Cake>("SELECT name, layers FROM cake")).toEqual({ name: "sponge", layers: 2 });
      expect(rows.any("SELECT 1 FROM cake WHERE layers > 2")).toBe(false);
    }));

  it("are read one by one, as far as somebody asks", () =>
    inside(someObject(), (storage) => {
      const rows = new ObjectRows(storage, "cakes", FIRST, []);
      for (const layers of [1, 2, 3]) rows.insert("INSERT INTO cake VALUES (?, ?)", `cake ${layers}`, layers);
      const seen: number[] = [];
      for (const { layers } of rows.each<Cake>("SELECT name, layers FROM cake ORDER BY layers")) {
        seen.push(layers);
        if (layers === 2) break;
      }
      expect(seen).toEqual([1, 2]);
    }));

  it.each(["evicted", "killed"])("have their version when the object was %s, and get what is new", async (how) => {
    await inside(someObject(how), async (storage) => {
      new ObjectRows(storage, "cakes", FIRST, []).insert("INSERT INTO cake VALUES ('sponge', 2)");
      await storage.sync();
    });
    await (how === "killed" ? abortAllDurableObjects() : evictDurableObject(someObject(how)));
    await inside(someObject(how), (storage) => {
      const rows = new ObjectRows(storage, "cakes", SECOND, []);
      rows.insert("INSERT INTO cake VALUES ('opera', 6, 'chocolate')");
      expect(rows.all("SELECT name, icing FROM cake ORDER BY name")).toEqual([
        { name: "opera", icing: "chocolate" },
        { name: "sponge", icing: null },
      ]);
      // Nothing is made twice.
      new ObjectRows(storage, "cakes", SECOND, []).make();
      expect(new ObjectRows(storage, "others", ["CREATE TABLE pie (name TEXT)"], []).exist).toBe(false);
    });
  });

  it("have no version that outlives a transaction, a step that fails, or the object's end", () =>
    inside(someObject(), async (storage) => {
      const rows = new ObjectRows(storage, "cakes", FIRST, []);
      const fails = (): void =>
        storage.transactionSync(() => {
          rows.insert("INSERT INTO cake VALUES ('sponge', 2)");
          throw new Error("no cake");
        });
      expect(fails).toThrow("no cake");
      expect(rows.exist).toBe(false);
      rows.insert("INSERT INTO cake VALUES ('sponge', 2)");
      expect(
        () => new ObjectRows(storage, "cakes", [...FIRST, "ALTER TABLE cake ADD icing TEXT; CREATE NONSENSE"], []),
      ).toThrow("syntax error");
      expect(rows.all("SELECT * FROM cake")).toEqual([{ name: "sponge", layers: 2 }]);
      await storage.deleteAll();
      expect([rows.exist, rows.all("SELECT * FROM cake")]).toEqual([false, []]);
      rows.insert("INSERT INTO cake VALUES ('opera', 6)");
      expect(rows.all("SELECT name FROM cake")).toEqual([{ name: "opera" }]);
    }));
});

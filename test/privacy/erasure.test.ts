import { env } from "cloudflare:workers";
import { runInDurableObject } from "cloudflare:test";
import { compactVerify, importJWK } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { ErasureObject } from "../../src/privacy/erasure-object.ts";
import type { ErasureStep } from "../../src/lifecycle.ts";
import { erasureOf, type ErasureObjectDeps } from "../../src/privacy/erasure-state.ts";
import { MARK_WEEKS, NAME_WEEKS } from "../../src/voting/ballot-state.ts";
import { e164 } from "../support/directory.ts";
import { emptyStores } from "../support/empty-stores.ts";

const ERASED = { account: "3f0e6a52-0000-4000-8000-000000000001", number: e164("+13125550123") };
const NAMES = ["account", "pictures", "contacts", "phonebook", "messages", "standing"];

/** Stores that can be made to fail, what was asked of them, and what stands in them. */
class Stores implements ErasureObjectDeps {
  readonly calls: string[] = [];
  readonly rows = new Map(NAMES.map((name) => [name, 2]));
  readonly failing = new Set<string>();
  /** Of these everything is removed, and the answer lost. */
  readonly breakingOff = new Set<string>();
  /** For how long what these took back stands elsewhere, ms. */
  readonly lingering = new Map<string, number>();
  held: string | null = null;
  readonly steps: readonly ErasureStep[] = NAMES.map((name) => ({
    name,
    held: async () => ({ [name]: this.rows.get(name) ?? 0 }),
    lingers: async () => this.lingering.get(name) ?? 0,
    run: async (erased) => {
      expect(erased).toEqual(ERASED);
      this.#ask(name);
      this.rows.set(name, 0);
      if (this.breakingOff.has(name)) throw new Error(`${name} is not done`);
    },
  }));

  readonly close = async (_: unknown, hold: string): Promise<void> => {
    this.#ask("close");
    this.held = hold;
  };

  readonly release = async (hold: string): Promise<void> => {
    this.#ask("release");
    expect(hold).toBe(this.held);
    this.held = null;
  };

  #ask(name: string): void {
    this.calls.push(name);
    if (this.failing.has(name)) throw new Error(`${name} is down`);
  }
}

/** An erasure over the given stores, with the means to let it die and to let time pass. */
async function withErasure(
  stores: Stores,
  steps: (means: {
    /** The erasure's id. */
    readonly begin: () => Promise<string>;
    /** A new object over the same rows, as after a kill, runs its alarm. */
    readonly run: () => Promise<void>;
    readonly status: (n?: number) => ReturnType<ErasureObject["status"]>;
    readonly sweepIsDue: () => void;
    readonly sql: SqlStorage;
    readonly alarm: () => Promise<number | null>;
  }) => Promise<void>,
): Promise<void> {
  const stub = env.ERASURES.getByName("e".repeat(22));
  await runInDurableObject(stub, async (_, state) => {
    const object = () =>
      new (class extends ErasureObject {
        protected override readonly deps = stores;
      })(state, env);
    const { sql } = state.storage;
    await steps({
      begin: async () => {
        const id = await object().begin(ERASED, "request", Date.now());
        await state.storage.deleteAlarm();
        return id;
      },
      run: async () => {
        await object().alarm();
      },
      status: (n = 0) => object().status(n),
      sweepIsDue: () => void sql.exec("UPDATE erasure SET sweepAt = ?", Date.now() - 1),
      sql,
      alarm: () => state.storage.getAlarm(),
    });
    await state.storage.deleteAlarm();
  });
}

async function claimsOf(receipt: string): Promise<Record<string, unknown>> {
  const [jwk] = (JSON.parse(env.TOKEN_SIGNING_KEYS) as { keys: JsonWebKey[] }).keys;
  const { d: _, ...publicKey } = jwk ?? {};
  const { payload, protectedHeader } = await compactVerify(receipt, await importJWK(publicKey, "ES256"));
  expect(protectedHeader).toMatchObject({ alg: "ES256", typ: "erasure-receipt+jwt" });
  return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
}

const ALL_TWICE = Object.fromEntries(NAMES.map((name) => [name, 2]));

beforeEach(async () => {
  await emptyStores();
});

describe("an erasure", () => {
  it("that cannot be read any more learns from a repeat whom it is about; counts that cannot be read are none", async () => {
    const stores = new Stores();
    await withErasure(stores, async ({ begin, run, status, sweepIsDue, sql }) => {
      const id = await begin();
      sql.exec("UPDATE erasure SET erased = 'AB'");
      await run();
      expect(stores.calls).toEqual([]);
      expect(await begin()).toBe(id);
      await run();
      sweepIsDue();
      sql.exec("UPDATE erasure SET settleAt = ?", Date.now() + 3_600_000);
      await run();
      expect(sql.exec("SELECT erased FROM erasure").one()).toEqual({ erased: null });
      sql.exec("UPDATE erasure SET counts = '{', settleAt = 0");
      await run();
      const done = status();
      expect(done?.status).toBe("done");
      expect(Object.values(stores.rows.values().toArray())).toEqual(NAMES.map(() => 0));
    });
  });

  it("runs every step, waits for the last token, sweeps, lets the number go, and signs one receipt", async () => {
    const stores = new Stores();
    await withErasure(stores, async ({ begin, run, status, sweepIsDue, alarm, sql }) => {
      await begin();
      await begin();
      const began = Date.now();
      await run();
      expect(stores.calls).toEqual(["close", ...NAMES]);
      expect(status()).toEqual({ status: "running" });
      expect((await alarm()) ?? 0).toBeGreaterThan(began + 16 * 60_000 - 5000);
      // Something came with a token that was still good.
      stores.rows.set("phonebook", 1);
      await run();
      expect(stores.calls).toHaveLength(NAMES.length + 1);
      sweepIsDue();
      await run();
      expect(stores.held).toBeNull();
      const done = status();
      const receipt = done?.status === "done" ? done.receipt : "";
      expect(await claimsOf(receipt)).toMatchObject({
        jti: "e".repeat(22),
        reason: "request",
        removed: { ...ALL_TWICE, phonebook: 3 },
        recoveryHistoryDays: 30,
        completedOn: new Date().toISOString().slice(0, 10),
      });
      await run();
      expect(status()).toEqual(done);
      expect(stores.calls.filter((call) => call === "release")).toHaveLength(1);
      expect(JSON.stringify(sql.exec("SELECT * FROM erasure").toArray())).not.toContain(ERASED.account);
      expect(sql.exec("SELECT erased FROM erasure").one()["erased"]).toBeNull();
    });
  });

  it.each(["close", ...NAMES, "release"])(
    "ends complete, with one receipt, when %s fails in each pass",
    async (name) => {
      const stores = new Stores();
      await withErasure(stores, async ({ begin, run, status, sweepIsDue, alarm }) => {
        await begin();
        for (let pass = 0; pass < 2; pass += 1) {
          stores.failing.add(name);
          for (let times = 0; times < 3; times += 1) await run();
          expect(status()).toEqual({ status: "running" });
          expect(await alarm()).not.toBeNull();
          stores.failing.clear();
          await run();
          sweepIsDue();
        }
        await run();
        const done = status();
        expect(await claimsOf(done?.status === "done" ? done.receipt : "")).toMatchObject({ removed: ALL_TWICE });
        expect([...stores.rows.values()]).toEqual(NAMES.map(() => 0));
        expect(stores.held).toBeNull();
      });
    },
  );

  it("counts what a run removed that broke off, once", async () => {
    const stores = new Stores();
    await withErasure(stores, async ({ begin, run, status, sweepIsDue }) => {
      await begin();
      for (const name of NAMES) stores.breakingOff.add(name);
      for (let times = 0; times < 3; times += 1) await run();
      expect([...stores.rows.values()]).toEqual(NAMES.map(() => 0));
      stores.breakingOff.clear();
      await run();
      sweepIsDue();
      await run();
      const done = status();
      expect(await claimsOf(done?.status === "done" ? done.receipt : "")).toMatchObject({ removed: ALL_TWICE });
    });
  });

  it("removes nothing before nobody can sign in", async () => {
    const stores = new Stores();
    stores.failing.add("close");
    await withErasure(stores, async ({ begin, run }) => {
      await begin();
      await run();
      expect(stores.calls).toEqual(["close"]);
    });
  });

  it("goes on where it was when it is killed between steps", async () => {
    const stores = new Stores();
    await withErasure(stores, async ({ begin, run, status, sweepIsDue }) => {
      await begin();
      for (const name of NAMES) {
        // What comes after this step is not reached, as if the process had ended here.
        const later = NAMES.slice(NAMES.indexOf(name) + 1);
        for (const one of later) stores.failing.add(one);
        await run();
        stores.failing.clear();
        expect(stores.rows.get(name)).toBe(0);
      }
      sweepIsDue();
      await run();
      expect(status()?.status).toBe("done");
      expect(stores.calls.filter((call) => call === "account")).toHaveLength(2);
    });
  });

  it("keeps its receipt for 90 days, and is then gone", async () => {
    await withErasure(new Stores(), async ({ begin, run, status, sweepIsDue, sql }) => {
      await begin();
      await run();
      sweepIsDue();
      await run();
      sql.exec("UPDATE erasure SET forgetAt = ?", Date.now() - 1);
      await run();
      expect(status()).toBeNull();
      expect(sql.exec("SELECT name FROM sqlite_master WHERE name = 'erasure'").toArray()).toEqual([]);
    });
  });

  it("says what stays: votes, until when, who could link them, and today's quotas", async () => {
    await withErasure(new Stores(), async ({ begin, run, status, sweepIsDue }) => {
      await begin();
      await run();
      sweepIsDue();
      await run();
      const done = status();
      const { stays } = await claimsOf(done?.status === "done" ? done.receipt : "");
      const { votes, quotas } = stays as Record<string, Record<string, unknown>>;
      // As the ballots keep them.
      expect(votes).toMatchObject({
        marksYears: Math.round((MARK_WEEKS * 7) / 365),
        namesYears: Math.round((NAME_WEEKS * 7) / 365),
      });
      expect(votes?.["statement"]).toContain("keys");
      expect(quotas).toMatchObject({ until: "midnight (UTC)" });
    });
  });

  it("waits with its receipt while something that it took back may stand elsewhere, the number free meanwhile", async () => {
    const stores = new Stores();
    stores.lingering.set("contacts", 25 * 3_600_000);
    await withErasure(stores, async ({ begin, run, status, sweepIsDue, alarm, sql }) => {
      await begin();
      // It is asked while it can still be said, and counts from when the step is done.
      stores.breakingOff.add("contacts");
      await run();
      stores.lingering.clear();
      stores.breakingOff.clear();
      const before = Date.now();
      await run();
      sweepIsDue();
      await run();
      expect(stores.held).toBeNull();
      expect(status()).toEqual({ status: "running" });
      expect(sql.exec("SELECT erased FROM erasure").one()["erased"]).toBeNull();
      expect(await alarm()).toBeGreaterThanOrEqual(before + 25 * 3_600_000);
      expect(await alarm()).toBeLessThanOrEqual(Date.now() + 25 * 3_600_000);
      const calls = stores.calls.length;
      await run();
      expect(stores.calls).toHaveLength(calls);
      expect(status()).toEqual({ status: "running" });
      sql.exec("UPDATE erasure SET settleAt = ?", Date.now() - 1);
      await run();
      const done = status();
      expect(await claimsOf(done?.status === "done" ? done.receipt : "")).toMatchObject({ removed: ALL_TWICE });
    });
  });

  it("of an account that comes again is another one, beside the first's receipt and its wait", async () => {
    const stores = new Stores();
    stores.lingering.set("contacts", 3_600_000);
    await withErasure(stores, async ({ begin, run, status, sweepIsDue, sql }) => {
      const first = await begin();
      expect(await begin()).toBe(first);
      await run();
      sweepIsDue();
      await run();
      const ids = [first];
      for (const name of NAMES) stores.rows.set(name, 5);
      stores.lingering.clear();
      for (let times = 1; times < 20; times += 1) {
        ids.push(await begin());
        expect(await begin()).toBe(ids.at(-1));
        await run();
        sweepIsDue();
        await run();
        expect(status(0)).toEqual({ status: "running" });
        expect(status(times)?.status).toBe("done");
      }
      expect(new Set(ids).size).toBe(20);
      expect(erasureOf(ids[19] ?? "")).toEqual({ object: first, n: 19 });
      sql.exec("UPDATE erasure SET settleAt = ?", Date.now() - 1);
      await run();
      const receipts = ids.map((_, n) => status(n)).map((one) => (one?.status === "done" ? one.receipt : ""));
      const claims = await Promise.all(receipts.map(claimsOf));
      expect(claims.map(({ jti }) => jti)).toEqual(ids);
      expect(claims[0]).toMatchObject({ removed: ALL_TWICE });
      expect(claims[1]?.["removed"]).toEqual(Object.fromEntries(NAMES.map((name) => [name, 5])));
    });
  });

  it("that never began leaves nothing behind when asked about", async () => {
    const stub = env.ERASURES.getByName("n".repeat(22));
    expect(await stub.status(0)).toBeNull();
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
    );
    expect(tables).toEqual([]);
  });
});

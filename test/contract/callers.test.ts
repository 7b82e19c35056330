import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf } from "../support/answer.ts";
import { importRows, makeDataset } from "../support/import.ts";
import { castAsSomebody } from "../support/crowd.ts";
import { proveNumber } from "../support/owner.ts";
import { Service, type As } from "../support/service.ts";
import { freshNumber } from "../support/sign-in.ts";

// What operators see and can do about one number.

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const pathTo = (number: string): string => `/v1/operators/callers/${encodeURIComponent(number)}`;
/** Actions and targets in the audit of an operator of their own. */
async function entriesOf(sub: string): Promise<{ action: string; target: string; outcome: number }[]> {
  const answer = await service.call("GET", "/v1/operators/audit?limit=200", { as: "operator" });
  return jsonOf<{ entries: { who: string; action: string; target: string; outcome: number }[] }>(answer)
    .entries.filter(({ who }) => who === sub)
    .map(({ action, target, outcome }) => ({ action, target, outcome }));
}
interface Held {
  readonly owner: { readonly name: string | null; readonly dispute: string | null };
  readonly explanation: { readonly names: readonly unknown[] };
  readonly datasets: readonly unknown[];
}
const heldBy = async (as: As): Promise<Held> => jsonOf<Held>(await service.call("GET", "/v1/ownership/number", { as }));
const reports = async (): Promise<string> =>
  (await service.call("GET", "/v1/operators/reports", { as: "operator" })).text;

describe("a number", () => {
  it("is shown to operators as to its owner, and every look at it leaves an entry without it", async () => {
    const number = freshNumber();
    const dataset = await makeDataset(service, "complaints");
    await importRows(service, dataset, [{ number, complaints: 4, category: "debt" }]);
    const owner = await proveNumber(service, number);
    const sub = randomUUID();
    const as = { token: service.mint.token({ scope: "operator", sub }) };
    const seen = jsonOf<Held>(await service.call("GET", pathTo(number), { as }));
    expect(seen.datasets).toEqual([expect.objectContaining({ dataset, complaints: 4, category: "debt" })]);
    const { published: _, ...rest } = seen as Held & { published: unknown };
    expect(await heldBy(owner)).toMatchObject(rest);
    const written = `+1 ${number.slice(2, 5)}-${number.slice(5, 8)}-${number.slice(8)}`;
    await service.call("GET", pathTo(written), { as });
    problemOf(await service.call("GET", pathTo("nonsense"), { as }), 422, "number-not-valid");
    problemOf(await service.call("GET", pathTo(number)), 403, "forbidden");
    const entries = await entriesOf(sub);
    const target = entries[2]?.target;
    expect(target).toMatch(/^[\w-]{22}$/);
    expect(entries).toEqual([
      { action: "caller.read", target: null, outcome: 422 },
      { action: "caller.read", target, outcome: 200 },
      { action: "caller.read", target, outcome: 200 },
    ]);
  });

  it("is taken down: votes, its owner's name and dispute go, and it stays listed", async () => {
    const number = freshNumber();
    // Two of two networks, since what fewer say is told to nobody.
    for (let n = 0; n < 2; n += 1) await castAsSomebody(service, number, { name: "Bad Name", spam: true });
    const owner = await proveNumber(service, number);
    const naming = { as: owner, json: { name: "Owner Name" } };
    expect((await service.call("PUT", "/v1/ownership/number", naming)).status).toBe(200);
    const disputing = { as: owner, json: { cause: "mistaken" } };
    expect((await service.call("POST", "/v1/ownership/number/dispute", disputing)).status).toBe(202);
    expect((await heldBy(owner)).explanation.names).not.toEqual([]);
    expect(await reports()).toContain(number);

    const sub = randomUUID();
    const as = { token: service.mint.token({ scope: "operator", sub }) };
    expect((await service.call("DELETE", pathTo(number), { as })).status).toBe(204);
    const after = await heldBy(owner);
    expect(after).toMatchObject({ listed: true, owner: { name: null, dispute: null }, explanation: { names: [] } });
    expect(await reports()).not.toContain(number);
    problemOf(await service.call("DELETE", pathTo("312"), { as }), 422, "number-not-valid");
    problemOf(await service.call("DELETE", pathTo(number), { as: owner }), 403, "forbidden");
    expect(await entriesOf(sub)).toEqual([
      { action: "caller.remove", target: null, outcome: 422 },
      { action: "caller.remove", target: expect.stringMatching(/^[\w-]{22}$/), outcome: 204 },
    ]);
  });
});

describe("an operator's word", () => {
  it("stands until it is ended, leaves entries, and needs something to say", async () => {
    const number = freshNumber();
    const sub = randomUUID();
    const as = { token: service.mint.token({ scope: "operator", sub }) };
    const put = (json: object) => service.call("PUT", pathTo(number), { as, json });
    const said = await put({ name: "Fiction Bank", kind: "business", spam: "none", note: "They wrote." });
    expect(said.status, said.text).toBe(200);
    expect(jsonOf(said)).toEqual({ override: { name: "Fiction Bank", kind: "business", spam: "none" } });
    expect(jsonOf(await service.call("GET", pathTo(number), { as }))).toMatchObject({
      override: { name: "Fiction Bank" },
      takenDown: false,
    });
    problemOf(await put({ note: "Nothing." }), 400, "invalid-request");
    problemOf(await put({ spam: "suspected", note: "No such level." }), 400, "invalid-request");
    problemOf(await put({ name: "Call 3125550123 now", note: "A number." }), 422, "name-not-allowed");
    expect((await service.call("DELETE", pathTo(number), { as })).status).toBe(204);
    expect(jsonOf(await service.call("GET", pathTo(number), { as }))).toMatchObject({ takenDown: true });
    expect((await service.call("DELETE", `${pathTo(number)}/override`, { as })).status).toBe(204);
    expect(jsonOf(await service.call("GET", pathTo(number), { as }))).toMatchObject({
      override: null,
      takenDown: false,
    });
    const actions = (await entriesOf(sub)).map(({ action, outcome }) => `${action} ${outcome}`);
    expect(actions).toContain("caller.override 200");
    expect(actions).toContain("caller.undo 204");
  });

  it("takes a number out for who cannot receive a code, with the same receipt", async () => {
    const number = freshNumber();
    const sub = randomUUID();
    const as = { token: service.mint.token({ scope: "operator", sub }) };
    const json = { reason: "request", note: "A landline; a letter with a bill." };
    const out = await service.call("POST", `${pathTo(number)}/unlist`, { as, json });
    expect(out.status, out.text).toBe(200);
    expect(jsonOf(out)).toMatchObject({ number, listed: false, receipt: expect.stringMatching(/^ey/) });
    problemOf(
      await service.call("PUT", pathTo(number), { as, json: { spam: "spam", note: "No." } }),
      409,
      "number-unlisted",
    );
    problemOf(await service.call("POST", `${pathTo(number)}/unlist`, { as, json: {} }), 400, "invalid-request");
    expect((await entriesOf(sub)).map(({ action }) => action)).toContain("caller.unlist");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});

import { createPublicKey, verify } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { importRows, makeDataset } from "../support/import.ts";
import { askOwnerCode, proveNumber } from "../support/owner.ts";
import { Service, type As } from "../support/service.ts";
import { codesTo, freshNumber, signIn } from "../support/sign-in.ts";
import { until } from "../support/until.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

interface Held {
  readonly number: string;
  readonly listed: boolean;
  readonly owner: { readonly name: string | null; readonly nameableFrom: string; readonly dispute: string | null };
  readonly account: boolean;
  readonly published: Record<string, unknown>;
  readonly explanation: { readonly names: unknown[]; readonly spam: { readonly complaints: number } };
  readonly datasets: readonly { readonly name: string | null; readonly complaints: number; readonly dataset: string }[];
}

const held = async (as: As): Promise<Held> => jsonOf(await service.call("GET", "/v1/ownership/number", { as }));
const put = (as: As, json: object): Promise<Answer> => service.call("PUT", "/v1/ownership/number", { as, json });
const unlist = (as: As): Promise<Answer> => service.call("DELETE", "/v1/ownership/number", { as });

/** Asks until the lookup is as expected: publishing, caches and memory take their time, so tests wait side by side. */
async function untilShown(number: string, expected: object): Promise<void> {
  let shown: Record<string, unknown> = {};
  const isShown = async (): Promise<boolean> => {
    shown = await service.lookup(number);
    return Object.entries(expected).every(([key, value]) => shown[key] === value);
  };
  await until("it is shown", isShown, 500).catch(() => expect(shown).toMatchObject(expected));
}

describe.concurrent("the proof", () => {
  it("is a code to the number, whose token acts on that number alone", async () => {
    const [one, other] = [freshNumber(), freshNumber()];
    const as = await proveNumber(service, one);
    expect(await held(as)).toMatchObject({ number: one, listed: true, account: false, datasets: [] });
    const theirs = await proveNumber(service, other);
    await unlist(theirs);
    expect((await held(as)).listed).toBe(true);
    expect((await held(theirs)).listed).toBe(false);
  });

  it("takes no wrong code, no code twice, none for signing in, and none of another number", async () => {
    const number = freshNumber();
    const { challengeId } = jsonOf<{ challengeId: string }>(await askOwnerCode(service, number));
    const [code = ""] = await codesTo(service, number);
    const prove = (json: object): Promise<Answer> => service.call("POST", "/v1/ownership", { as: null, json });
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect(problemOf(await prove({ challengeId, code: wrong }), 422, "code-not-accepted").reason).toBe("wrong");
    expect(problemOf(await prove({ challengeId: "nonsense", code }), 422, "code-not-accepted").reason).toBe("expired");
    const { challengeId: another } = jsonOf<{ challengeId: string }>(await askOwnerCode(service, freshNumber()));
    expect(problemOf(await prove({ challengeId: another, code }), 422, "code-not-accepted").reason).toBe("wrong");
    const device = { id: "d", platform: "android" };
    const terms = { device, over16: true, noticeVersion: "2026-11-01" };
    problemOf(
      await service.call("POST", "/v1/sessions", { as: null, json: { challengeId, code, ...terms } }),
      422,
      "code-not-accepted",
    );
    expect((await prove({ challengeId, code })).status).toBe(201);
    problemOf(await prove({ challengeId, code }), 422, "code-not-accepted");
  });

  it("spends none of the codes for signing in, nor they of it", async () => {
    const number = freshNumber();
    await proveNumber(service, number);
    expect((await signIn(service, number)).newAccount).toBe(true);
    expect((await held(await proveNumber(service, freshNumber()))).account).toBe(false);
  });

  it("is asked of apps and operators, too", async () => {
    for (const as of ["app", "operator"] as const)
      problemOf(await service.call("GET", "/v1/ownership/number", { as }), 403, "forbidden");
    // A configured issuer's token of this scope names no number.
    const nobody = { token: service.mint.token({ scope: "owner" }) };
    problemOf(await service.call("GET", "/v1/ownership/number", { as: nobody }), 422, "number-not-valid");
    // Nor does one whose number was sealed for another.
    const mine = await proveNumber(service, freshNumber());
    const claims = JSON.parse(Buffer.from(mine.token.split(".")[1] ?? "", "base64url").toString()) as { own: string };
    expect(JSON.stringify(claims)).not.toMatch(/\d{10}"/);
    const forged = { token: service.mint.token({ scope: "owner", own: claims.own }) };
    problemOf(await service.call("GET", "/v1/ownership/number", { as: forged }), 422, "number-not-valid");
  });
});

describe.concurrent("what is told before the proof", () => {
  it("is the same of every number: unknown, published, with an account, taken out", async () => {
    const [unknown, published, member, out] = [freshNumber(), freshNumber(), freshNumber(), freshNumber()];
    const dataset = await makeDataset(service, "directory");
    await importRows(service, dataset, [{ number: published, name: "Fiction Clinic", kind: "business" }]);
    await signIn(service, member);
    await unlist(await proveNumber(service, out));
    const shapes = new Set<string>();
    for (const number of [unknown, published, member, out]) {
      const answer = await askOwnerCode(service, number);
      const { challengeId, ...rest } = jsonOf<{ challengeId: string }>(answer);
      const wrong = await service.call("POST", "/v1/ownership", { as: null, json: { challengeId, code: "000000" } });
      const { requestId: _, reason, ...problem } = problemOf(wrong, 422, "code-not-accepted");
      // Of the one that was proved a moment ago the code is spent, unless half a minute has passed and another was sent:
      // that it was asked for is all that this tells.
      expect(number === out ? ["used-up", "wrong"] : ["wrong"]).toContain(reason);
      const names = [...answer.headers.keys()].filter((name) => name !== "x-request-id").sort();
      expect(rest).toEqual({ expiresIn: expect.any(Number), resendAfter: expect.any(Number) });
      shapes.add(JSON.stringify([answer.status, challengeId.length, names, problem]));
    }
    expect([...shapes]).toHaveLength(1);
  });
});

describe.concurrent("what is held", () => {
  it("is all that is published, why, what datasets say, and whether there is an account", async () => {
    const number = freshNumber();
    const names = await makeDataset(service, "directory");
    const complaints = await makeDataset(service, "complaints");
    await importRows(service, names, [{ number, name: "Fiction Clinic", kind: "business" }]);
    await importRows(service, complaints, [{ number, complaints: 4, category: "debt" }]);
    await service.call("PUT", `/v1/numbers/${number}/vote`, { json: { name: "Clinic Fiction", spam: true } });
    await signIn(service, number);
    await untilShown(number, { name: "Fiction Clinic", spam: "suspected" });
    const all = await held(await proveNumber(service, number));
    expect(all.account).toBe(true);
    expect(all.published).toMatchObject({ number, name: "Fiction Clinic", nameLevel: "official" });
    expect(all.explanation).toMatchObject({ nameRule: "official", spam: { complaints: 4 } });
    expect(all.datasets).toHaveLength(2);
    expect(all.datasets).toContainEqual(
      expect.objectContaining({ dataset: names, name: "Fiction Clinic", complaints: 0 }),
    );
    expect(all.datasets).toContainEqual(
      expect.objectContaining({ dataset: complaints, complaints: 4, category: "debt" }),
    );
  });
});

describe.concurrent("the owner's name", () => {
  it("is shown above an official one; once in 30 days; and taken back", async () => {
    const number = freshNumber();
    const names = await makeDataset(service, "directory");
    await importRows(service, names, [{ number, name: "Official Name", kind: "business" }]);
    const as = await proveNumber(service, number);
    const named = jsonOf<{ owner: Held["owner"] }>(await put(as, { name: "Owner Name", kind: "person" }));
    expect(named.owner).toMatchObject({ name: "Owner Name", kind: "person", carved: true, dispute: null });
    // At once, whatever lookups still answer.
    const now = await held(as);
    expect(now.published).toMatchObject({ name: "Owner Name", nameLevel: "owner" });
    expect(now.explanation).toMatchObject({ nameRule: "owner" });
    await untilShown(number, { name: "Owner Name", nameLevel: "owner", verified: false, kind: "person" });
    const again = problemOf(await put(as, { name: "Other Name" }), 429, "changed-recently");
    expect(again.retryAfter).toBeGreaterThan(29 * 86_400);
    expect((await put(as, { name: null })).status).toBe(200);
    await untilShown(number, { name: "Official Name", nameLevel: "official" });
  });

  it("is checked like any name, and never half taken", async () => {
    const as = await proveNumber(service, freshNumber());
    expect(problemOf(await put(as, { name: "call +1 312 555 0100" }), 422, "name-not-allowed").reason).toBe(
      "contact-details",
    );
    problemOf(await put(as, { name: "Name", kind: "pirate" }), 400, "invalid-request");
    problemOf(await put(as, { name: "Name", photo: "x" }), 400, "unknown-field");
    expect((await held(as)).owner).toMatchObject({ name: null });
  });
});

describe.concurrent("taking out", () => {
  it("leaves a lookup that is like an unknown number's, and gives a receipt that anyone can verify", async () => {
    const number = freshNumber();
    const names = await makeDataset(service, "directory");
    await importRows(service, names, [{ number, name: "Fiction Clinic", kind: "business" }]);
    await untilShown(number, { name: "Fiction Clinic" });
    const as = await proveNumber(service, number);
    const { receipt } = jsonOf<{ receipt: string }>(await unlist(as));

    const [header = "", payload = "", signature = ""] = receipt.split(".");
    const parsed = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
    const { keys } = jsonOf<{ keys: { kid: string }[] }>(
      await service.call("GET", "/.well-known/jwks.json", { as: null }),
    );
    const jwk = keys.find(({ kid }) => kid === parsed(header)["kid"]);
    const key = { key: createPublicKey({ key: jwk as never, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
    expect(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    expect(parsed(payload)).toMatchObject({ iss: "konnections", of: "unlisting", number, recoveryHistoryDays: 30 });
    // No receipt is a token.
    problemOf(await service.call("GET", "/v1/ownership/number", { as: { token: receipt } }), 401, "invalid-token");

    const unknown = freshNumber();
    await untilShown(number, { name: null, nameLevel: "none", updatedAt: null });
    const [out, nobodys] = [await service.lookup(number), await service.lookup(unknown)];
    const own = { number: null, nationalFormat: null, country: null };
    expect({ ...out, ...own }).toEqual({ ...nobodys, ...own });
    problemOf(await put(as, { name: "Owner" }), 409, "number-unlisted");
    expect((await unlist(as)).status).toBe(200);
  });

  it("can be undone by the owner, and brings nothing back", async () => {
    const number = freshNumber();
    const as = await proveNumber(service, number);
    await put(as, { name: "Owner Name" });
    await unlist(as);
    expect((await service.call("POST", "/v1/ownership/number/relist", { as })).status).toBe(204);
    expect(await held(as)).toMatchObject({ listed: true, owner: { name: null } });
    expect((await put(as, { handOver: false })).status).toBe(200);
    // Out at any time, in once a day.
    for (let again = 0; again < 2; again += 1) expect((await unlist(as)).status).toBe(200);
    const back = await service.call("POST", "/v1/ownership/number/relist", { as });
    problemOf(back, 429, "changed-recently");
    expect(back.headers.get("ratelimit-policy")).toBe('"relist";q=1;w=86400');
  });
});

describe.concurrent("a dispute", () => {
  it("is taken in, one at a time, and told to the owner as open", async () => {
    const number = freshNumber();
    const as = await proveNumber(service, number);
    const dispute = (json: object): Promise<Answer> =>
      service.call("POST", "/v1/ownership/number/dispute", { as, json });
    problemOf(await dispute({ cause: "whatever" }), 400, "invalid-request");
    problemOf(await dispute({ cause: "mistaken", text: "x".repeat(501) }), 400, "invalid-request");
    for (const n of [1, 2]) {
      const answer = await dispute({ cause: "mistaken", text: `It is a clinic, number ${n}.` });
      expect([answer.status, jsonOf(answer)]).toEqual([202, { dispute: "open" }]);
    }
    expect((await held(as)).owner.dispute).toBe("open");
    // A new owner's proof ends it, and what the former one wrote: the new one's own reaches the operators.
    const reported = async (): Promise<string> =>
      (await service.call("GET", "/v1/operators/reports", { as: "operator" })).text;
    expect(await reported()).toContain(number);
    expect((await put(as, { handOver: true })).status).toBe(200);
    expect(await reported()).not.toContain(number);
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});

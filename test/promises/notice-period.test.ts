/**
 * Promise: a new notice takes effect no sooner than seven days after it is published, and what somebody agreed to stays
 * the text that they agreed to. (Privacy notice, section 10.)
 *
 * The built Worker is asked to publish notices at the edge of the seven days, to change one that people have been told
 * of, and to change one in force. Time passes by moving what is stored back, since the service's clock is the
 * machine's.
 *
 * Seen to fail on a copy of the sources with each of these changes: the period two minutes shorter in `Notices.publish`;
 * the condition taken out of the statement in `NoticeRecords.write` together with the check before it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Service } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
const FIRST = "2026-11-01";

const put = (version: string, body: string, effectiveIn: number): Promise<Answer> =>
  service.call("PUT", `/v1/operators/notices/${version}`, {
    as: "operator",
    json: { title: "Notice", body, effectiveAt: new Date(Date.now() + effectiveIn).toISOString() },
  });
const textOf = async (version: string): Promise<string> =>
  (await service.call("GET", `/privacy/${version}?lang=en`, { as: null })).text.replace(/^.*<main>/s, "");
const current = async (): Promise<{ inForce: { version: string }; upcoming: { version: string } | null }> =>
  jsonOf(await service.call("GET", "/v1/notice", { as: null }));

/** As if a notice had been published so much earlier. */
async function pass(version: string, ms: number): Promise<void> {
  const { DB } = await service.harness.getWorker<{ DB: D1Database }>().getEnv();
  const shift = "UPDATE notices SET effective_at = effective_at - ?, published_at = published_at - ? WHERE version = ?";
  await DB.prepare(shift).bind(ms, ms, version).run();
}

describe("a new notice", () => {
  it("is refused for any time sooner than seven days ahead, and changes nothing", async () => {
    for (const [at, sooner] of [-WEEK_MS, 0, MINUTE_MS, WEEK_MS - MINUTE_MS].entries()) {
      problemOf(await put(`too-soon-${at}`, "Too soon.", sooner), 422, "notice-too-soon");
      problemOf(await service.call("GET", `/privacy/too-soon-${at}`, { as: null }), 404, "not-found");
    }
    expect(await current()).toMatchObject({ inForce: { version: FIRST }, upcoming: null });
  });

  it("is taken for seven days ahead, is shown from then, and is in force only when they are over", async () => {
    expect((await put("next", "The next text.", WEEK_MS + MINUTE_MS)).status).toBe(200);
    expect(await current()).toMatchObject({ inForce: { version: FIRST }, upcoming: { version: "next" } });
    expect((await service.call("GET", "/privacy", { as: null })).text).toContain("The next text.");

    await pass("next", WEEK_MS);
    expect(await current()).toMatchObject({ inForce: { version: FIRST }, upcoming: { version: "next" } });
    await pass("next", 2 * MINUTE_MS);
    expect(await current()).toMatchObject({ inForce: { version: "next" }, upcoming: null });
  });
});

describe("what people were told", () => {
  it("stays as it is in the week before it takes effect: neither its text nor its day changes", async () => {
    await put("told", "The text that was told.", WEEK_MS + MINUTE_MS);
    await pass("told", 2 * MINUTE_MS);
    const before = await textOf("told");
    for (const effectiveIn of [MINUTE_MS, WEEK_MS + MINUTE_MS, 60 * WEEK_MS]) {
      problemOf(await put("told", "Another text.", effectiveIn), 409, "notice-not-changeable");
    }
    expect(await textOf("told")).toBe(before);
  });

  it("and agreed to stays bound to its text, however many notices come after it", async () => {
    const agreedTo = await textOf(FIRST);
    expect(agreedTo).toContain("seven days");
    problemOf(await put(FIRST, "Another text.", 60 * WEEK_MS), 409, "notice-not-changeable");
    await put("after", "After.", 8 * WEEK_MS);
    await pass("after", 9 * WEEK_MS);
    expect((await current()).inForce.version).not.toBe(FIRST);
    expect(await textOf(FIRST)).toBe(agreedTo);
  });

  it("can be taken down by nobody: there is no call that removes a notice", async () => {
    const removing = service.document.operations.filter(({ path }) => /notice/.test(path));
    expect(removing.map(({ method }) => method).sort()).toEqual(["GET", "PUT"]);
  });
});

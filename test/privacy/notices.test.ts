import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "../../src/language/language.ts";
import { renderMarkdown } from "../../src/privacy/markdown.ts";
import { NoticeRecords } from "../../src/privacy/notice-records.ts";
import { NOTICE_PERIOD_MS, Notices, textIn, type NoticeDraft } from "../../src/privacy/notices.ts";

const notices = new Notices(new NoticeRecords(env.DB));
const FIRST = "2026-11-01";
const NOW = Date.UTC(2026, 10, 18, 12);
const DAY_MS = 86_400_000;

const draft = (version: string, effectiveAt: number, body = "Text."): NoticeDraft => ({
  version,
  effectiveAt,
  texts: [{ language: "en", title: "Notice", body }],
});

async function publish(one: NoticeDraft, now: number): Promise<void> {
  const published = await notices.publish(one, now);
  if (!published.ok) throw new Error(published.code);
}

describe("the first notice", () => {
  it("is in force, in six languages, with the same sections in each and a place for the contact", async () => {
    expect((await notices.inForce(NOW))?.version).toBe(FIRST);
    const notice = await notices.read(FIRST);
    if (notice === null) throw new Error("no first notice");
    expect(notice.texts.map(({ language }) => language)).toEqual([...LANGUAGES]);
    const shapes = new Set<string>();
    for (const { title, body } of notice.texts) {
      expect(title.length).toBeGreaterThan(5);
      expect(body.match(/\{\{contact\}\}/g)).toHaveLength(1);
      const html = renderMarkdown(body, 3);
      expect(html.match(/<h4>1?\d\. /g)).toHaveLength(14);
      // Nothing that was meant as a mark is left as text.
      expect(html).not.toMatch(/\*\*|\]\(|^#|^- /m);
      shapes.add((html.match(/<(?!strong|a )[a-z]+\d?/g) ?? []).join());
    }
    expect(shapes.size, "the same blocks in each language").toBe(1);
  });
});

describe("a notice", () => {
  it("is refused a millisecond before seven days, and taken at seven days", async () => {
    const at = NOW + NOTICE_PERIOD_MS;
    expect(await notices.publish(draft("edge", at - 1), NOW)).toEqual({ ok: false, code: "notice-too-soon" });
    expect(await notices.read("edge")).toBeNull();
    await publish(draft("edge", at), NOW);
    // Upcoming until that millisecond, in force from it.
    expect(await notices.current(at - 1)).toMatchObject({ inForce: { version: FIRST }, upcoming: { version: "edge" } });
    expect(await notices.current(at)).toMatchObject({ inForce: { version: "edge" }, upcoming: null });
    expect((await notices.read("edge"))?.publishedAt).toBe(NOW);
  });

  it("can be replaced while it is seven days away, also by an earlier day, and never after", async () => {
    const at = NOW + 30 * DAY_MS;
    await publish(draft("changing", at, "One."), NOW);
    await publish(draft("changing", at - 10 * DAY_MS, "Two."), NOW + 1);
    const read = await notices.read("changing");
    expect(read).toMatchObject({ effectiveAt: at - 10 * DAY_MS, publishedAt: NOW + 1, texts: [{ body: "Two." }] });

    for (const late of [at - 17 * DAY_MS + 1, at - 10 * DAY_MS, at + 365 * DAY_MS]) {
      const changed = await notices.publish(draft("changing", late + 30 * DAY_MS, "Three."), late);
      expect(changed).toEqual({ ok: false, code: "notice-not-changeable" });
    }
    expect(await notices.read("changing")).toEqual(read);
  });

  it("of any time keeps its text, the first too", async () => {
    const later = NOW + 400 * DAY_MS;
    const first = await notices.read(FIRST);
    await publish(draft("much-later", later), NOW);
    expect((await notices.inForce(later))?.version).toBe("much-later");
    expect(await notices.publish(draft(FIRST, later + 30 * DAY_MS), later)).toMatchObject({ ok: false });
    expect(await notices.read(FIRST)).toEqual(first);
  });

  it("sent again is answered as the first time, also once it is in force", async () => {
    const at = NOW + 40 * DAY_MS;
    await publish(draft("again", at), NOW);
    const before = await notices.read("again");
    for (const now of [NOW + 1, at - 1, at + 1]) {
      expect(await notices.publish(draft("again", at), now)).toEqual({ ok: true, notice: before });
    }
    expect(await notices.read("again")).toEqual(before);
  });

  it("published twice at once is one of the two, whole", async () => {
    const at = NOW + 50 * DAY_MS;
    const both = [draft("race", at, "A."), draft("race", at + DAY_MS, "B.")];
    await Promise.all(both.map((one) => notices.publish(one, NOW)));
    const read = await notices.read("race");
    expect(both.map(({ effectiveAt, texts }) => ({ effectiveAt, texts }))).toContainEqual({
      effectiveAt: read?.effectiveAt,
      texts: read?.texts,
    });
  });

  it("is shown in the reader's language where it has one, else as it was written", async () => {
    const texts = [
      { language: "de", title: "Erklärung", body: "Text." },
      { language: "fr", title: "Notice", body: "Texte." },
    ] as const;
    await publish({ version: "two", effectiveAt: NOW + 60 * DAY_MS, texts: [...texts] }, NOW);
    const notice = await notices.read("two");
    if (notice === null) throw new Error("not published");
    expect(textIn(notice, "fr")).toEqual(texts[1]);
    expect(textIn(notice, "hi")).toEqual(texts[0]);
  });
});

it("there is none in force before the first", async () => {
  expect(await notices.inForce(0)).toBeNull();
});

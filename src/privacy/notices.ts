import type { Language } from "../language/language.ts";
import { parseStored, type Skips } from "../vault/stored-seals.ts";
import type { NoticeDates, NoticeRecord, NoticeRecords } from "./notice-records.ts";
import { DAY_MS } from "../time/days.ts";

/** Minimum time between publication and effect, ms. */
export const NOTICE_PERIOD_MS = 7 * DAY_MS;

/** A notice's text in one language; `body` is Markdown as `markdown.ts` reads it. */
export interface NoticeText {
  readonly language: Language;
  readonly title: string;
  readonly body: string;
}

/** A version of the notice: times in ms since 1970. */
export type NoticeVersion = NoticeDates;

/** A notice with its texts, the original first. */
export interface Notice extends NoticeVersion {
  readonly texts: readonly [NoticeText, ...NoticeText[]];
}

/** A notice to be published. */
export type NoticeDraft = Pick<Notice, "version" | "effectiveAt" | "texts">;

export type Published =
  | { readonly ok: true; readonly notice: Notice }
  | { readonly ok: false; readonly code: "notice-too-soon" | "notice-not-changeable" };

/** The privacy notices: the current one, the next one, and every earlier text that somebody may have consented to. */
export class Notices {
  readonly #records: NoticeRecords;
  readonly #skips: Skips;

  /** @param skips counts texts that cannot be read */
  constructor(records: NoticeRecords, skips: Skips = { count: () => undefined }) {
    this.#records = records;
    this.#skips = skips;
  }

  /** The notice in force at a time (ms); null only before the first one. Consents are given to its version. */
  async inForce(now: number): Promise<NoticeVersion | null> {
    return (await this.#records.readDates(now)).inForce;
  }

  /** The notice in force, and the next one if it is published. */
  current(now: number): Promise<{ readonly inForce: NoticeVersion | null; readonly upcoming: NoticeVersion | null }> {
    return this.#records.readDates(now);
  }

  /** A notice with its texts, or null. None is ever deleted: consents are bound to their texts. */
  async read(version: string): Promise<Notice | null> {
    const record = await this.#records.read(version);
    return record === null ? null : this.#noticeOf(record);
  }

  /**
   * Publishes a notice that takes effect in seven days or later. Until seven days before it can be replaced, afterwards never.
   * A repeat changes nothing.
   */
  async publish({ version, effectiveAt, texts }: NoticeDraft, now: number): Promise<Published> {
    const before = await this.#records.read(version);
    const json = JSON.stringify(texts);
    // A repeat, even if it is in force by now: the first answer may have been lost.
    if (before !== null && before.effectiveAt === effectiveAt && before.texts === json) {
      return { ok: true, notice: { version, effectiveAt, publishedAt: before.publishedAt, texts } };
    }
    const earliest = now + NOTICE_PERIOD_MS;
    if (before !== null && before.effectiveAt < earliest) return { ok: false, code: "notice-not-changeable" };
    if (effectiveAt < earliest) return { ok: false, code: "notice-too-soon" };
    const dates = { version, effectiveAt, publishedAt: now };
    // The statement checks again: another call may have come in between.
    if (!(await this.#records.write({ ...dates, texts: json }, earliest)))
      return { ok: false, code: "notice-not-changeable" };
    return { ok: true, notice: { ...dates, texts } };
  }

  #noticeOf({ texts, ...dates }: NoticeRecord): Notice | null {
    const read = parseStored<[NoticeText, ...NoticeText[]]>(this.#skips, "notices", texts);
    return read === null ? null : { ...dates, texts: read };
  }
}

/** A notice's text in a language, otherwise the original. */
export function textIn(notice: Notice, language: Language): NoticeText {
  return notice.texts.find((text) => text.language === language) ?? notice.texts[0];
}

import { onPicture, type PictureDeps } from "./deps.ts";
import { decryptPicture } from "./picture-keys.ts";

/** A reported picture, as operators see it in their list. */
export interface ReportedPicture {
  readonly id: string;
  readonly kind: "picture";
  /** When it expires without a decision. */
  readonly expiresAt: string;
}

/** Pictures that somebody reported, for operators to decide about. */
export class PictureReports {
  readonly #deps: PictureDeps;

  constructor(deps: PictureDeps) {
    this.#deps = deps;
  }

  /** Those to decide about, the first to expire first. */
  async list(now: number): Promise<ReportedPicture[]> {
    const rows = await this.#deps.records.listReported(now);
    const undecided = await Promise.all(
      rows.map(({ id }) => onPicture(this.#deps, id, (picture) => picture.toDecide(now))),
    );
    return rows
      .filter((_, at) => undecided[at] !== null)
      .map(({ id, expires }) => ({ id, kind: "picture", expiresAt: new Date(expires).toISOString() }));
  }

  /** The picture itself (WebP), or null when there is no report to decide. */
  async content(id: string, now: number): Promise<ReadableStream<Uint8Array> | null> {
    const report = await onPicture(this.#deps, id, (picture) => picture.toDecide(now));
    if (report === null) return null;
    const key = await this.#deps.vault.stored.bytes({ table: "picture-reports", id }, report.reportKey);
    const encrypted = key === null ? null : await this.#deps.records.readBytes(id);
    return key === null || encrypted === null ? null : decryptPicture(encrypted, key);
  }

  /** Keeps a picture, visible as before, or deletes it. False if there was nothing to decide. */
  async decide(id: string, decision: "keep" | "remove", now: number): Promise<boolean> {
    if (!(await onPicture(this.#deps, id, (picture) => picture.decide(decision, now)))) return false;
    await this.#deps.records.setReported(id, false);
    return true;
  }
}

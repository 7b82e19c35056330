import type { E164 } from "../numbers/number.ts";
import { utf8 } from "../vault/bytes.ts";

/** Whose export it is; the number is null for another issuer's account. */
export interface Exported {
  readonly account: string;
  readonly number: E164 | null;
}

/**
 * What a room holds on an account, under a name of its own: whole, or page by page where it may be much. The rooms'
 * functions come by wiring.
 */
export type ExportSection =
  | { readonly name: string; readonly whole: (exported: Exported, now: number) => Promise<unknown> }
  | { readonly name: string; readonly pages: (exported: Exported) => AsyncIterable<readonly unknown[]> };

/**
 * The export as one JSON object, a field for each section. What is whole is read before this returns, so that a store
 * that is down is a refusal and not a broken answer; pages are read while the client takes them.
 */
export async function exportOf(
  sections: readonly ExportSection[],
  exported: Exported,
  now: number,
): Promise<ReadableStream<Uint8Array>> {
  const wholes = new Map(
    await Promise.all(
      sections.flatMap((section) =>
        "whole" in section
          ? [section.whole(exported, now).then((value): [string, unknown] => [section.name, value])]
          : [],
      ),
    ),
  );
  const written = parts(sections, wholes, exported);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await written.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await written.return();
    },
  });
}

async function* parts(
  sections: readonly ExportSection[],
  wholes: ReadonlyMap<string, unknown>,
  exported: Exported,
): AsyncGenerator<Uint8Array, void> {
  let before = "{";
  for (const section of sections) {
    const name = `${before}${JSON.stringify(section.name)}:`;
    before = ",";
    if ("whole" in section) {
      yield utf8(name + JSON.stringify(wholes.get(section.name)));
      continue;
    }
    let between = `${name}[`;
    for await (const page of section.pages(exported)) {
      if (page.length === 0) continue;
      yield utf8(between + page.map((one) => JSON.stringify(one)).join(","));
      between = ",";
    }
    yield utf8(between === "," ? "]" : `${between}]`);
  }
  yield utf8("}");
}

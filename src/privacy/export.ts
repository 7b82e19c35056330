import type { ExportSection, Subject } from "../lifecycle.ts";
import { utf8 } from "../vault/bytes.ts";

/**
 * The export as one JSON object, a field per section. Whole sections are read before this returns, so that a failing store
 * is a refusal and not a broken answer; pages are streamed.
 */
export async function exportOf(
  sections: readonly ExportSection[],
  subject: Subject,
  now: number,
): Promise<ReadableStream<Uint8Array>> {
  const wholes = new Map(
    await Promise.all(
      sections.flatMap((section) =>
        "whole" in section
          ? [section.whole(subject, now).then((value): [string, unknown] => [section.name, value])]
          : [],
      ),
    ),
  );
  const written = parts(sections, wholes, subject);
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
  subject: Subject,
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
    for await (const page of section.pages(subject)) {
      if (page.length === 0) continue;
      yield utf8(between + page.map((one) => JSON.stringify(one)).join(","));
      between = ",";
    }
    yield utf8(between === "," ? "]" : `${between}]`);
  }
  yield utf8("}");
}

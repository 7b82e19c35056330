import { jsonOf, type Answer } from "../answer.ts";
import type { Development } from "../development.ts";
import { ndjson } from "../import.ts";

/** Names that no source, library or dictionary contains; numbers reserved for fiction. */
export const PEOPLE: readonly (readonly [e164: string, national: string, name: string])[] = [
  ["+13095550161", "3095550161", "Zyntharova Quellbrook Infirmary"],
  ["+13095550162", "3095550162", "Brölkwitzer Dämmerungshof"],
  ["+13095550163", "3095550163", "Clínquarda Vezmarique Ñandutí"],
  ["+16145550164", "6145550164", "Wroxtelby O'Quillhane"],
  ["+442079460951", "2079460951", "Thistlewyck Umbrella Menders"],
  ["+442079460952", "2079460952", "Ογκρίζαλφος Κλινική"],
  ["+493023125987", "3023125987", "Polarbärchenhaus 北極熊診療所病院"],
  ["+61255509871", "255509871", "Jacarundel Surgery"],
];
export const REPLACED = ["+13095550161", "3095550161", "Formerlyname Oldenquist"] as const;
export const DROPPED = ["+13095550165", "3095550165", "Droppington Vanishgate"] as const;
export const COMPLAINED = [...Array(6)].map((_, n) => [`+1318555017${n}`, `318555017${n}`] as const);
/** What a refused row says must not stay either: not in an answer kept for a repeat, not in a log. */
export const REFUSED = "Rejectovna Mistypeworth";
/** Who works for the service, as Cloudflare Access may name them: of people too, and in the audit. */
export const OPERATOR = "zebulina.harkspindle@operators.example";
/** One row in a batch of its own: the smallest body that can be told by its hash. */
export const ALONE = ndjson([{ number: "+13185550179" }]);
/** What an operator notes of a number. */
export const NOTE = `${REFUSED} wrote from ${COMPLAINED[0]?.[0]}`;

export interface ImportFacts {
  readonly refused: Answer;
  /** What operators did about a number was answered, and the audit of it. */
  readonly statuses: readonly number[];
  readonly audit: string;
}

/** Names and numbers are imported and replaced, good rows and refused ones; operators note something of a number. */
export async function importPeople(service: Development): Promise<ImportFacts> {
  const rows = (list: readonly (readonly [string, string, string])[]) =>
    list.map(([number, , name]) => ({ number, name, kind: "person" }));
  await service.import("old", "directory", rows([REPLACED, DROPPED]), 1);
  await service.import("people", "directory", rows(PEOPLE), 3);
  await service.import(
    "complaints",
    "complaints",
    COMPLAINED.map(([number], n) => ({ number, complaints: n + 1, category: "fraud" })),
    1,
  );
  const batch = { "content-type": "application/x-ndjson", "idempotency-key": "refused" };
  const wrong = ndjson([
    { number: "+13095550166", name: `${REFUSED}\u202e` },
    { number: "+15555550166", name: REFUSED },
    { number: "+13095550167", name: REFUSED, note: REFUSED },
  ]);
  const refused = await service.asOperator("POST", "/v1/operators/datasets/people/rows", wrong, batch);
  await service.asOperator("POST", "/v1/operators/datasets/complaints/rows", ALONE, {
    ...batch,
    "idempotency-key": "alone",
  });

  const token = service.mint.token({ scope: "operator", sub: OPERATOR });
  const about = COMPLAINED[0]?.[0] ?? "";
  const asThem = async (method: string, path: string, json?: object): Promise<number> => {
    const sent =
      json === undefined ? {} : { body: JSON.stringify(json), headers: { "content-type": "application/json" } };
    return (await service.call(method, path, { token, ...sent })).status;
  };
  const statuses = [
    await asThem("GET", `/v1/operators/callers/${about}`),
    await asThem("POST", "/v1/operators/reports/none", { decision: "keep", note: NOTE }),
    await asThem("POST", "/v1/operators/erasures", { number: about, reason: "request" }),
  ];
  const audit = await service.call("GET", "/v1/operators/audit", { token });
  return { refused, statuses, audit: audit.text };
}

/** Drops the dataset whose names were replaced. @returns what is shown then of each of `PEOPLE` */
export async function dropOld(service: Development): Promise<Record<string, unknown>[]> {
  await service.asOperator("DELETE", "/v1/operators/datasets/old");
  await service.untilPublished();
  const token = service.mint.token();
  const shown = [];
  for (const [number] of PEOPLE) shown.push(jsonOf(await service.call("GET", `/v1/lookup/${number}`, { token })));
  return shown;
}

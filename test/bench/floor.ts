/**
 * The floor: what any Worker must ask of the platform to give these answers, and nothing else. It parses nothing,
 * checks nothing, decides nothing and remembers nothing; README.md says what is in it and why.
 */
import { DurableObject, env } from "cloudflare:workers";

interface FloorEnv {
  readonly PAGES: KVNamespace;
  readonly DB: D1Database;
  readonly ROWS: DurableObjectNamespace<Row>;
  /** Which of the handlers below this one is. */
  readonly CASE: keyof typeof HANDLERS;
  /** The keys that the vault derives for block ids and for pages, raw, in base64. */
  readonly BLOCK_KEY: string;
  readonly PAGE_KEY: string;
  /** What the Worker answered to such a request: its bytes, and its headers as a JSON object. */
  readonly ANSWER: string;
  readonly HEADERS: string;
}

const { PAGES, DB, ROWS, CASE, BLOCK_KEY, PAGE_KEY, ANSWER, HEADERS } = env as unknown as FloorEnv;
const answerHeaders = JSON.parse(HEADERS) as Record<string, string>;
const raw = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.fromBase64(base64);
const blockKey = await crypto.subtle.importKey("raw", raw(BLOCK_KEY), { name: "HMAC", hash: "SHA-256" }, false, [
  "sign",
]);
const pageKey = await crypto.subtle.importKey("raw", raw(PAGE_KEY), "AES-GCM", false, ["decrypt"]);
const utf8 = new TextEncoder();

/** `{"number":"+13125550123"}`: where the block stands, the number without its last two digits. */
const BLOCK_FROM = '{"number":"'.length;
const BLOCK_TO = -'23"}'.length;

/** Every answer has its own request id; the rest of it was prepared. */
function answer(): Response {
  return new Response(ANSWER, { headers: { ...answerHeaders, "x-request-id": crypto.randomUUID() } });
}

async function blockId(request: Request): Promise<string> {
  const body = new Uint8Array(await request.arrayBuffer());
  const mac = await crypto.subtle.sign("HMAC", blockKey, body.subarray(BLOCK_FROM, BLOCK_TO));
  return new Uint8Array(mac, 0, 16).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** The path ends in the number and `/vote`. */
async function numberId(request: Request): Promise<string> {
  await request.arrayBuffer();
  const number = utf8.encode(request.url.slice(-NUMBER_AND_VOTE, -VOTE));
  const mac = await crypto.subtle.sign("HMAC", blockKey, number);
  return new Uint8Array(mac, 0, 16).toBase64({ alphabet: "base64url", omitPadding: true });
}

function fromKv(block: string): Promise<ArrayBuffer | null> {
  return PAGES.get(block, { type: "arrayBuffer", cacheTtl: 60 });
}

function fromD1(block: string): Promise<number[] | null> {
  const session = DB.withSession("first-unconstrained");
  return session
    .prepare("SELECT body FROM pages WHERE block = ?")
    .bind(Uint8Array.fromBase64(block, { alphabet: "base64url" }))
    .first<number[]>("body");
}

/** Key id (4), nonce (12), ciphertext and tag; the page's place is associated data. */
async function open(block: string, sealed: Uint8Array<ArrayBuffer>): Promise<void> {
  await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: sealed.subarray(4, 16), additionalData: utf8.encode(`pages\u0000${block}`) },
    pageKey,
    sealed.subarray(16),
  );
}

/** Characters of an id. */
const ID = 22;
const VOTE = "/vote".length;
const NUMBER_AND_VOTE = "%2B13125550123".length + VOTE;

/** An object that keeps rows. */
export class Row extends DurableObject {
  constructor(ctx: DurableObjectState, bindings: unknown) {
    super(ctx, bindings as never);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS row (key TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID");
  }

  write(key: string): void {
    this.ctx.storage.sql.exec("INSERT INTO row VALUES (?, 1)", key);
  }
}

const HANDLERS = {
  memory: async (request: Request): Promise<Response> => {
    await blockId(request);
    return answer();
  },
  kv: async (request: Request): Promise<Response> => {
    const block = await blockId(request);
    const page = await fromKv(block);
    if (page === null) throw new Error("KV has no such page");
    await open(block, new Uint8Array(page));
    return answer();
  },
  d1: async (request: Request): Promise<Response> => {
    const block = await blockId(request);
    if ((await fromKv(block)) !== null) throw new Error("KV has the page");
    const page = await fromD1(block);
    if (page === null) throw new Error("D1 has no such page");
    await open(block, Uint8Array.from(page));
    return answer();
  },
  absent: async (request: Request): Promise<Response> => {
    const block = await blockId(request);
    if ((await fromKv(block)) !== null) throw new Error("KV has the page");
    return answer();
  },
  /** One row written in the object of the number. */
  vote: async (request: Request): Promise<Response> => {
    const name = await numberId(request);
    await ROWS.getByName(name).write(crypto.randomUUID());
    return answer();
  },
  /** A row in the object of the account, whose answer the number's needs, and a row in the number's. */
  "vote, two objects": async (request: Request): Promise<Response> => {
    const name = await numberId(request);
    // Each account has a token of its own.
    await ROWS.getByName(request.headers.get("authorization")?.slice(-ID) ?? "").write(crypto.randomUUID());
    await ROWS.getByName(name).write(crypto.randomUUID());
    return answer();
  },
  /** One row for each of a batch, found by a key such as numbers have. */
  import: async (request: Request): Promise<Response> => {
    const rows = (await request.text()).split("\n");
    await DB.batch([
      DB.prepare("CREATE TABLE IF NOT EXISTS rows (key BLOB PRIMARY KEY, row TEXT) WITHOUT ROWID"),
      DB.prepare("INSERT INTO rows SELECT randomblob(16), value FROM json_each(?)").bind(JSON.stringify(rows)),
    ]);
    return answer();
  },
  invalid: async (request: Request): Promise<Response> => {
    await request.arrayBuffer();
    return answer();
  },
};

export default { fetch: HANDLERS[CASE] } satisfies ExportedHandler;

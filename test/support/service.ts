import { generateKeyPairSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { createTestHarness, type TestHarness } from "wrangler";
import { expectDecent, jsonOf, type Answer } from "./answer.ts";
import { built } from "./build.ts";
import { Document, type OpenApi } from "./described.ts";
import { roomInHour } from "./clock.ts";
import { foreignIssuers } from "./foreign.ts";
import { testSecrets } from "./secrets.ts";
import { freshAddress } from "./sign-in.ts";
import { Mint } from "./tokens.ts";

// Nothing is fetched while tests run, not even the platform's description of this place.
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";
process.env["WRANGLER_SEND_METRICS"] = "false";

/** The project's root. */
export const ROOT = join(import.meta.dirname, "../..");

/** Who asks: a fresh account, an operator by own token (development), a given token, or nobody. */
export type As = "app" | "operator" | { readonly token: string } | null;

export interface Sent {
  readonly as?: As;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
}

/** How much of an hour a file needs whose limits are counted by the hour; those that need more say so. */
const ROOM_MS = 60_000;
/** Requests an account makes before another takes its place: the limit of 60 lookups a minute is not what most tests test. */
const REQUESTS_AN_ACCOUNT = 50;

/** Settings that any test can do with: what is waited for is short, and nothing runs out that is not tested. */
const COMMON_VARS = {
  ...foreignIssuers,
  PAGE_MEMORY_S: "1",
  CONTACT_SPREAD_S: "0",
  CONTACT_LOOK_S: "1",
  ERASURE_SWEEP_S: "4",
  PROOF_BITS: "10/14",
  MESSAGE_BUDGET_USD: "100000",
  MESSAGE_LIMIT_COUNTRY: "100000/1000000 200000/2000000 100000/1000000",
  PRIVACY_CONTACT: "officer@id.example",
};
/** Its own tokens are signed with a new key; `mint` has the one that it followed. */
function rotated(): string {
  const next = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const { keys } = JSON.parse(testSecrets.TOKEN_SIGNING_KEYS) as { keys: object[] };
  return JSON.stringify({ keys: [{ ...next, kid: "next", alg: "ES256", use: "sig" }, ...keys] });
}

/** The service that the files of this process share. */
let common: Promise<Service> | undefined;

/**
 * The built Worker as its clients see it. Every answer is held against what holds for all of them (`expectDecent`) at
 * once, and against the OpenAPI document into `deviations`, for a test of its own at the end of the file.
 */
export class Service {
  readonly mint = new Mint(testSecrets.TOKEN_SIGNING_KEYS);
  readonly deviations = new Set<string>();
  readonly harness: TestHarness;
  readonly url: URL;
  readonly document: Document;
  /** Name of the Worker in the harness; undefined for the first. */
  readonly #worker: string | undefined;
  #account = { token: "", used: REQUESTS_AN_ACCOUNT };
  /** Whose calls are limited by the minute: each file's own. */
  readonly #operator = randomUUID();
  readonly #address = freshAddress();

  private constructor(harness: TestHarness, url: URL, document: Document, worker?: string) {
    this.harness = harness;
    this.url = url;
    this.document = document;
    this.#worker = worker;
  }

  /** Builds and starts the Worker with empty stores. @param vars over those of wrangler.toml. @param secrets over the tests' own */
  static async start(
    vars: Readonly<Record<string, string>> = {},
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<Service> {
    await roomInHour(ROOM_MS);
    const harness = createTestHarness({
      root: ROOT,
      workers: [
        {
          configPath: "wrangler.toml",
          ...built(),
          vars: { ENVIRONMENT: "development", ...vars },
          secrets: { ...testSecrets, ...secrets },
        },
      ],
    });
    const service = await Service.of(harness);
    await harness.getWorker().applyD1Migrations("DB");
    return service;
  }

  /**
   * The Worker as most tests need it, started once a process and stopped with it: the files of a process run one after
   * the other, and have numbers, accounts, networks and blocks of their own. Deviations are each file's own. What counts
   * for the whole service, or needs other settings, has a start of its own.
   */
  static async shared(): Promise<Service> {
    await roomInHour(ROOM_MS);
    common ??= Service.start(COMMON_VARS, { TOKEN_SIGNING_KEYS: rotated() });
    const { harness, url, document } = await common;
    return new Service(harness, url, document);
  }

  /** A Worker of a harness, started if it is not; its secrets are `testSecrets`. */
  static async of(harness: TestHarness, worker?: string): Promise<Service> {
    const { url } = await harness.listen();
    const response = await harness.getWorker(worker).fetch(`${url.origin}/openapi.json`);
    return new Service(harness, url, new Document((await response.json()) as OpenApi), worker);
  }

  stop(): Promise<void> {
    return this.harness.close();
  }

  /** A token of an account of its own. */
  app(): string {
    return this.mint.token();
  }

  operator(): string {
    return this.mint.token({ scope: "operator", sub: this.#operator });
  }

  async call(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const answer = await this.callUnchecked(method, path, sent);
    expectDecent(answer);
    const deviation = this.document.deviation(answer);
    if (deviation !== null) this.deviations.add(deviation);
    return answer;
  }

  /** A call whose answer a test checks by itself, such as one of the platform's own. */
  async callUnchecked(
    method: string,
    path: string,
    { as = "app", headers = {}, json, body }: Sent = {},
  ): Promise<Answer> {
    const sent = new Map(Object.entries(headers));
    const token = this.#tokenOf(as);
    if (token !== null && !sent.has("authorization")) sent.set("authorization", `Bearer ${token}`);
    if (token === null && !sent.has("cf-connecting-ip")) sent.set("cf-connecting-ip", this.#address);
    if (json !== undefined && !sent.has("content-type")) sent.set("content-type", "application/json");
    const payload = json === undefined ? body : JSON.stringify(json);
    const start = performance.now();
    const url = path.startsWith("/") ? this.url.origin + path : path;
    const response = await this.harness.getWorker(this.#worker).fetch(url, {
      method,
      redirect: "manual",
      headers: Object.fromEntries(sent),
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const took = performance.now() - start;
    return { method, path, status: response.status, headers: new Map(response.headers), text, took };
  }

  /** `GET /v1/lookup/{number}` as an app; the parsed answer. */
  async lookup(number: string, sent: Sent = {}): Promise<Record<string, unknown>> {
    const answer = await this.call("GET", `/v1/lookup/${encodeURIComponent(number)}`, sent);
    if (answer.status !== 200) throw new Error(`${number}: ${answer.status} ${answer.text}`);
    return jsonOf(answer);
  }

  #tokenOf(as: As): string | null {
    if (as === null) return null;
    if (as === "operator") return this.operator();
    if (as !== "app") return as.token;
    if (this.#account.used >= REQUESTS_AN_ACCOUNT) this.#account = { token: this.app(), used: 0 };
    this.#account.used += 1;
    return this.#account.token;
  }
}

/** A name nobody else's test has. */
export const fresh = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 8)}`;

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * How the stand-in answers one request: with a status and body, or after `afterMs`; `hang` never answers, `drop` cuts
 * the connection once the request was read.
 */
export type Reply =
  | "accept"
  | "hang"
  | "drop"
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
      readonly afterMs?: number;
    };

/** A request for a message, as it came in. */
export interface Sent {
  readonly account: string;
  /** What was asked for: a message or a call. */
  readonly resource: "Messages" | "Calls";
  readonly authorization: string;
  readonly form: Readonly<Record<string, string>>;
}

/** Twilio's own form of an error. */
export const twilioError = (status: number, code: number, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body: JSON.stringify({ code, message: "Told by the stand-in", more_info: "", status }),
});

/**
 * A server that speaks Twilio's Messages and Calls resources. Each account has replies of its own, used up in order; then
 * `otherwise` holds. `/control/<account>` sets them (POST) and tells what came in (GET), for tests that run inside workerd.
 */
export class FakeTwilio {
  readonly sent: Sent[] = [];
  /** The answer when an account's own are used up. */
  otherwise: Reply = "accept";
  /** Cuts every connection before it has read a request. */
  away = false;
  readonly #replies = new Map<string, Reply[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeTwilio> {
    const fake = new FakeTwilio();
    await new Promise<void>((resolve) => {
      fake.#server.listen(0, "127.0.0.1", resolve);
    });
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the account's next requests are answered. */
  next(account: string, ...replies: Reply[]): void {
    this.#replies.set(account, [...(this.#replies.get(account) ?? []), ...replies]);
  }

  /** The texts that came in for a number; of calls what is said. */
  bodiesTo(to: string): string[] {
    return this.sent.filter(({ form }) => form["To"] === to).map(({ form }) => form["Body"] ?? form["Twiml"] ?? "");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.away) {
      request.destroy();
      return;
    }
    if (request.method === "HEAD") {
      response.writeHead(404).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const [, first, second, , account = second ?? "", resource = ""] =
      /^\/([^/]+)\/([^/]+)(\/([^/]+)\/(Messages|Calls)\.json)?$/.exec(request.url ?? "") ?? [];
    if (first === "control") {
      if (request.method === "POST") this.next(account, ...(JSON.parse(body) as Reply[]));
      response.end(JSON.stringify(this.sent.filter((sent) => sent.account === account)));
      return;
    }
    this.sent.push({
      account,
      resource: resource === "Calls" ? "Calls" : "Messages",
      authorization: request.headers.authorization ?? "",
      form: Object.fromEntries(new URLSearchParams(body)),
    });
    const reply = this.#replies.get(account)?.shift() ?? this.otherwise;
    if (reply === "hang") return;
    if (reply === "drop") {
      response.destroy();
      return;
    }
    const {
      status,
      body: text = "",
      headers = {},
      afterMs = 0,
    } = reply === "accept" ? { status: 201, body: JSON.stringify({ sid: "SM1", status: "queued" }) } : reply;
    setTimeout(() => response.writeHead(status, { "content-type": "application/json", ...headers }).end(text), afterMs);
  }
}

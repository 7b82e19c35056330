import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An e-mail as Resend was asked to send it. */
export interface SentMail {
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that speaks Resend's `POST /emails`: it takes everything, and once what comes under one key. */
export class FakeResend {
  readonly sent: SentMail[] = [];
  readonly #keys = new Set<string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<FakeResend> {
    const fake = new FakeResend();
    await new Promise<void>((resolve) => {
      fake.#server.listen(0, "127.0.0.1", resolve);
    });
    return fake;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  to(address: string): readonly SentMail[] {
    return this.sent.filter(({ to }) => to === address);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== "POST" || request.url !== "/emails") {
      response.writeHead(404).end();
      return;
    }
    const key = String(request.headers["idempotency-key"]);
    const { to, subject, text, html, headers } = JSON.parse(Buffer.concat(chunks).toString()) as Omit<
      SentMail,
      "to"
    > & {
      to: string[];
    };
    if (!this.#keys.has(key)) this.sent.push({ key, to: to.join(), subject, text, html, headers });
    this.#keys.add(key);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: key }));
  }
}

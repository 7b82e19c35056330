/** A request that the Worker made to the outside. */
export interface Outbound {
  readonly url: string;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly at: number;
}

type Reply = () => Response | Promise<Response>;

/**
 * Stands in for the internet: the harness hands the Worker's outbound requests to the global `fetch`. Everything is
 * recorded; what has no reply is refused as a network error.
 */
export class Outside {
  readonly requests: Outbound[] = [];
  readonly #replies = new Map<string, Reply>();
  readonly #real = globalThis.fetch;

  constructor() {
    const replace = async (
      input: unknown,
      init?: { method?: string; headers?: Iterable<[string, string]> },
    ): Promise<Response> => {
      const url = String(input);
      this.requests.push({ url, method: init?.method ?? "GET", headers: new Map(init?.headers ?? []), at: Date.now() });
      const reply = this.#replies.get(url);
      if (reply === undefined) throw new TypeError("nobody is there");
      return reply();
    };
    globalThis.fetch = replace as typeof fetch;
  }

  /** What an address answers from now on. */
  at(url: string, reply: Reply): void {
    this.#replies.set(url, reply);
  }

  json(url: string, body: unknown): void {
    this.at(url, () => Response.json(body));
  }

  /** From now on nobody is at an address. */
  gone(url: string): void {
    this.#replies.delete(url);
  }

  /** How often an address was asked. */
  count(url: string): number {
    return this.requests.filter((request) => request.url === url).length;
  }

  restore(): void {
    globalThis.fetch = this.#real;
  }
}

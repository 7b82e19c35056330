import { jsonOf } from "../support/answer.ts";
import type { Development } from "../support/development.ts";
import type { Random } from "./random.ts";
import { Observed, type Operation, type Seen } from "./vote-model.ts";

const CATEGORIES = ["fraud", "robocall", "telemarketing", "survey", "debt"] as const;
const ENDINGS = ["", " Inc", " LLC", " & Sons", " of Springfield"] as const;
const CALLERS = [
  "Harbor Street Bakery",
  "Pinecrest Dental Care",
  "Old Mill Brewery",
  "Riverside Auto Repair",
  "Maple Hill Nursery",
  "Sunset Yoga Studio",
  "Cedar Park Library",
  "Lighthouse Books",
  "Orchard Valley Clinic",
] as const;
/** Kept free for fiction; some share a block, some stand beside numbers of the demo, two have its names. */
const NUMBERS = [
  "+13125550123",
  "+13125550150",
  "+13125550151",
  "+13125550199",
  "+12025550111",
  "+12025550170",
  "+14155550132",
  "+14155550190",
  "+16465550104",
  "+16465550120",
  "+12135550142",
  "+19175550107",
  "+19175550118",
  "+17185550101",
  "+15035550166",
] as const;

/** As many more, each in a block of its own: voted on once, so that nothing later publishes their page again. */
const ONCE = "201 205 206 207 208 209 210 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253 254"
  .split(" ")
  .map((area) => `+1${area}5550144`);

const LANES = 8;
/** Of API.md's quotas: 3 changes of a vote a week; withdrawing is always taken. */
const CHANGES = 3;
/** Three changes of each leave room in the 20 names a day for what a kill loses: what was counted and not cast. */
const NUMBERS_AN_ACCOUNT = 4;
/** Longer than any answer should take, whatever fails. */
const PATIENCE_MS = 20_000;

/** What one stream of votes saw. */
export interface Stream {
  acknowledged: number;
  inDoubt: number;
}

/** Accounts that vote, and what each of their votes may be after all that was answered and all that was not. */
export class Voters {
  readonly votes: Observed[] = [];
  /** Answers that should not be, worded. */
  readonly faults: string[] = [];
  readonly #development: Development;
  readonly #random: Random;
  readonly #tokens = new Map<string, { token: string; until: number }>();
  readonly #once = ONCE.values();
  #account = "";
  #numbersLeft: string[] = [];

  constructor(development: Development, random: Random) {
    this.#development = development;
    this.#random = random;
  }

  /** Votes in eight lanes until `stop`; what is then without an answer is in doubt. */
  async stream(stop: AbortSignal): Promise<Stream> {
    const stream: Stream = { acknowledged: 0, inDoubt: 0 };
    const lane = async (): Promise<void> => {
      while (!stop.aborted) await this.#one(stream, stop);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return stream;
  }

  /** A vote on a number that nobody votes on again: what goes wrong in publishing it stays. Nothing when all are used. */
  async voteOnce(stop: AbortSignal): Promise<Stream> {
    const stream: Stream = { acknowledged: 0, inDoubt: 0 };
    const number = this.#once.next();
    if (number.done) return stream;
    const vote = new Observed(this.#random.uuid(), number.value);
    this.votes.push(vote);
    await this.#do(vote, { method: "PUT", change: { name: CALLERS[0], spam: true } }, stream, stop);
    return stream;
  }

  /** What the service says an account's vote is. */
  async read({ account, number }: Observed): Promise<Seen> {
    const answer = await this.#development.call("GET", `/v1/numbers/${number}/vote`, { token: this.#token(account) });
    if (answer.status !== 200) throw new Error(`GET vote: ${answer.status} ${answer.text}`);
    return jsonOf<{ vote: Seen }>(answer).vote;
  }

  async #one(stream: Stream, stop: AbortSignal): Promise<void> {
    const vote = this.#next();
    await this.#do(vote, this.#operation(vote), stream, stop);
  }

  async #do(vote: Observed, operation: Operation, stream: Stream, stop: AbortSignal): Promise<void> {
    vote.busy = true;
    vote.sent += 1;
    try {
      const { status, text } = await this.#send(vote, operation);
      if (status === 200 || status === 204) {
        stream.acknowledged += 1;
        const answered = status === 204 ? null : (JSON.parse(text) as { vote: Seen }).vote;
        if (!vote.acknowledge(operation, answered))
          this.faults.push(`${JSON.stringify(operation)} was answered ${text}`);
        return;
      }
      if (!stop.aborted) this.faults.push(`${operation.method} was answered ${status} ${text.slice(0, 200)}`);
    } catch (thrown) {
      if (!stop.aborted) this.faults.push(`${operation.method} was not answered: ${String(thrown)}`);
    } finally {
      vote.busy = false;
    }
    stream.inDoubt += 1;
    vote.doubt(operation);
  }

  async #send(vote: Observed, operation: Operation): Promise<{ status: number; text: string }> {
    const path = `/v1/numbers/${vote.number}/vote`;
    const token = this.#token(vote.account);
    const sent =
      operation.method === "DELETE"
        ? this.#development.call("DELETE", path, { token })
        : this.#development.call("PUT", path, {
            token,
            body: JSON.stringify(operation.change),
            headers: { "content-type": "application/json" },
          });
    let impatient: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      impatient = setTimeout(() => reject(new Error(`nothing in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    });
    return Promise.race([sent, tooLong]).finally(() => clearTimeout(impatient));
  }

  /** An old vote that may still change, or a new one. */
  #next(): Observed {
    if (this.#random.chance(0.45)) {
      // Looked for among some only: the list grows long.
      for (let look = 0; look < 10 && this.votes.length > 0; look += 1) {
        const vote = this.#random.pick(this.votes);
        if (!vote.busy && vote.sent <= CHANGES) return vote;
      }
    }
    if (this.#numbersLeft.length === 0) {
      this.#account = this.#random.uuid();
      this.#numbersLeft = [...NUMBERS];
      while (this.#numbersLeft.length > NUMBERS_AN_ACCOUNT)
        this.#numbersLeft.splice(this.#random.below(this.#numbersLeft.length), 1);
    }
    const vote = new Observed(this.#account, this.#numbersLeft.pop() ?? NUMBERS[0]);
    this.votes.push(vote);
    return vote;
  }

  #operation({ sent, number }: Observed): Operation {
    const random = this.#random;
    if (sent >= CHANGES || (sent > 0 && random.chance(0.25))) return { method: "DELETE" };
    // Most name a number alike, some otherwise: names that win, and names that do not.
    const caller = random.chance(0.8) ? CALLERS[Number(number.slice(-2)) % CALLERS.length] : random.pick(CALLERS);
    const name = random.chance(0.1) ? null : `${caller}${random.pick(ENDINGS)}`;
    const spam = random.pick([true, true, false, null]);
    if (random.chance(0.3)) return { method: "PUT", change: { name } };
    if (random.chance(0.3)) return { method: "PUT", change: { spam } };
    const category = spam === true && random.chance(0.7) ? { category: random.pick(CATEGORIES) } : {};
    return { method: "PUT", change: { name, spam, ...category } };
  }

  #token(account: string): string {
    const known = this.#tokens.get(account);
    if (known !== undefined && known.until > Date.now()) return known.token;
    const token = this.#development.mint.token({ sub: account });
    this.#tokens.set(account, { token, until: Date.now() + 10 * 60_000 });
    return token;
  }
}

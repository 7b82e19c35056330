import { setTimeout as sleep } from "node:timers/promises";

const SAMPLE_MS = 5;

/** What V8's debugger says an isolate uses, bytes. */
interface HeapUsage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize?: number;
  /** Buffers, which stand outside of the heap and count all the same. */
  readonly backingStorageSize?: number;
}

/** The memory of one isolate, asked for over the inspector: of the Worker alone, not of the stores that run beside it. */
export class IsolateMemory {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (usage: HeapUsage) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result: HeapUsage };
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  /** @param name as the inspector lists it */
  static async of(inspector: URL, name: string): Promise<IsolateMemory> {
    const response = await fetch(`http://${inspector.host}/json`);
    const listed = await response.json<{ id: string; webSocketDebuggerUrl: string }[]>();
    const target = listed.find(({ id }) => id === name);
    if (target === undefined) throw new Error(`no isolate ${name} among ${listed.map(({ id }) => id).join(", ")}`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve);
      socket.addEventListener("error", reject);
    });
    return new IsolateMemory(socket);
  }

  /** Bytes by which the work takes more than what is taken before it, at its highest. */
  async peakOf(work: () => Promise<unknown>): Promise<number> {
    const idle = await this.#now();
    let highest = idle;
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        highest = Math.max(highest, await this.#now());
        await sleep(SAMPLE_MS);
      }
    })();
    await work().finally(() => done.abort());
    await watching;
    return highest - idle;
  }

  async #now(): Promise<number> {
    this.#asked += 1;
    const id = this.#asked;
    const usage = await new Promise<HeapUsage>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method: "Runtime.getHeapUsage", params: {} }));
    });
    return usage.usedSize + (usage.embedderHeapUsedSize ?? 0) + (usage.backingStorageSize ?? 0);
  }
}

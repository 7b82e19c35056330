import { createServer, type Server } from "node:net";

/** Below what Linux gives to whoever asks for any port (32768 and up), and away from what programs are known for. */
const FIRST = 11_000;
const RANGES = 1000;
/** Ports of a range: the first is held by the process whose range it is, as long as it lives. */
const SIZE = 20;

let range = FIRST;
let given = SIZE;

/**
 * A port for a program that must be told one: free, and given to nobody else between now and its start, neither by this
 * process, nor by another one that runs tests, nor by the system.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    if (given >= SIZE) {
      range = await ownRange();
      given = 1;
    }
    const port = range + given;
    given += 1;
    const server = await listening(port);
    if (server !== null) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
}

/** The first port of a range that no other process holds; held from now on. */
async function ownRange(): Promise<number> {
  for (let at = process.pid; ; at += 1) {
    const first = FIRST + (at % RANGES) * SIZE;
    const server = await listening(first);
    if (server === null) continue;
    // Held until the process ends, which it does not hold up.
    server.unref();
    return first;
  }
}

/** A server on a port, or null where there is one. */
function listening(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

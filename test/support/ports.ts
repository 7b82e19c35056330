import { createServer } from "node:net";

/** Below what Linux gives to whoever asks for any port (32768 and up), and away from what programs are known for. */
const FIRST = 11_000;
const PORTS = 20_000;
/** How many ports a process has to itself. */
const OWN = 20;
let taken = 0;

/**
 * A port for a program that must be told one: free, and given to nobody else between now and its start, neither by this
 * process, nor by another one that runs tests, nor by the system.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + ((process.pid * OWN + taken) % PORTS);
    taken += 1;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

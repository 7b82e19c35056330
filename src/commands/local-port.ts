import { createServer } from "node:net";
import { CommandFailure } from "./failure.ts";

/** The port of the local service: `PORT`, or 8787. */
export function localPort(env: Readonly<Record<string, string | undefined>>): number {
  const value = env["PORT"];
  if (value === undefined || value === "") return 8787;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port < 1 || port > 65_535) {
    throw new CommandFailure("PORT must be a number from 1 to 65535.", 2);
  }
  return port;
}

/** @throws CommandFailure if something on this machine already listens on `port` */
export async function requireFreePort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${error.code})`;
      const other = port < 65_535 ? port + 1 : port - 1;
      reject(new CommandFailure(`Port ${port} ${why}: choose another one, as in "PORT=${other} npm run dev".`));
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

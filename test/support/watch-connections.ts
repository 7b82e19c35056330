import { appendFileSync } from "node:fs";
import dns from "node:dns";
import net from "node:net";

// Preloaded into a process and all that it starts (NODE_OPTIONS): writes every host that is asked for to a file.

const file = process.env["CONNECTIONS_FILE"];
const note = (what: string): void => {
  if (file !== undefined) appendFileSync(file, `${what}\n`);
};

type Connect = (this: net.Socket, ...args: unknown[]) => net.Socket;
const socket = net.Socket.prototype as unknown as { connect: Connect };
const { connect } = socket;
socket.connect = function (...args) {
  // Node's own callers hand over their normalised arguments as one array.
  const [first, second] = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
  if (typeof first === "object" && first !== null) {
    const { host, port, path } = first as { host?: string; port?: number; path?: string };
    if (path === undefined) note(`connect ${host ?? "localhost"} ${port}`);
  } else if (typeof first === "number") note(`connect ${typeof second === "string" ? second : "localhost"} ${first}`);
  return connect.apply(this, args);
};

const lookup = dns.lookup as (...args: unknown[]) => unknown;
(dns as { lookup: unknown }).lookup = (...args: unknown[]): unknown => {
  note(`lookup ${String(args[0])}`);
  return lookup(...args);
};

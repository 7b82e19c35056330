import { execFileSync } from "node:child_process";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { consenting } from "../support/consenting.ts";
import { Service } from "../support/service.ts";
import { trialVault } from "./keys.ts";

const AT_ONCE = 8;
const TOLD_WITHIN_MS = 30_000;
/** Longer than the platform keeps an idle object in memory. */
const IDLE_MS = 15_000;

interface Device {
  readonly token: string;
  readonly socket: WebSocket;
  /** What it was told, and when. */
  readonly told: { readonly text: string; readonly at: number }[];
}

/** Many open sockets: objects thrown out of memory, then a change in each phonebook. @returns whether all held */
export async function run(args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { sockets: { type: "string", default: "1000" }, devices: { type: "string", default: "10" } },
  });
  const devices = Number(values.devices);
  const accounts = Math.ceil(Number(values.sockets) / devices);
  const service = await Service.start();
  const faults: string[] = [];
  try {
    const subjects = await lanes(Array.from({ length: accounts }), async () => {
      return (await consenting(service, ["phonebook-sync"])).accountId;
    });
    const before = residentMb();
    const started = Date.now();
    const open = await lanes(subjects, async (sub) => {
      const own: Device[] = [];
      for (let at = 0; at < devices; at += 1) own.push(await listen(service, sub));
      return own;
    });
    const sockets = open.flat();
    console.log(
      `${sockets.length} sockets of ${accounts} accounts open after ${((Date.now() - started) / 1000).toFixed(1)} s`,
    );
    await sleep(IDLE_MS);
    const idle = residentMb();
    console.log(
      `the engine: ${before} MB before, ${idle} MB with all open and idle (${((1024 * (idle - before)) / sockets.length).toFixed(0)} kB a socket)`,
    );

    const vault = trialVault();
    const worker = service.harness.getWorker();
    let evicted = 0;
    for (const sub of subjects) {
      const name = await vault.keyedHash("phonebook", sub);
      try {
        await worker.evictDurableObject("PHONEBOOKS", { name, webSockets: "hibernate" });
        evicted += 1;
      } catch (thrown) {
        // The platform was first: it is out of memory already.
        if (!String(thrown).includes("not currently running")) throw thrown;
      }
    }
    console.log(`${accounts - evicted} objects had left memory by themselves, ${evicted} were thrown out`);
    faults.push(...sockets.filter(({ socket }) => socket.readyState !== WebSocket.OPEN).map(() => "a socket closed"));

    // Once as the objects sleep, and once again by another device.
    for (const [round, writer] of [0, devices - 1].entries()) {
      const took = await lanes(open, (own) => change(service, own, writer, round));
      const waited = took.flatMap(({ waits, fault }) => {
        if (fault !== null) faults.push(fault);
        return waits;
      });
      waited.sort((a, b) => a - b);
      const at = (share: number): string => (waited[Math.floor(share * (waited.length - 1))] ?? Number.NaN).toFixed(0);
      console.log(
        `round ${round + 1}: ${waited.length} devices told, ${at(0.5)} ms after the call began (median), ${at(0.99)} ms (99 %)`,
      );
    }
    // Whoever was told what it should not have been would know by now.
    await sleep(1000);
    for (const own of open) {
      for (const [at, { told }] of own.entries()) {
        const expected = [0, devices - 1].filter((writer) => writer !== at).length;
        if (told.length !== expected) faults.push(`a device was told ${told.length} times instead of ${expected}`);
      }
    }
    for (const { socket } of sockets) socket.close();
  } finally {
    await service.stop();
  }
  for (const fault of new Set(faults)) console.log(`  ${fault}`);
  console.log(
    `sockets: ${faults.length === 0 ? "every change reached every other device, and nobody else" : "DID NOT HOLD"}`,
  );
  return faults.length === 0;
}

async function listen(service: Service, sub: string): Promise<Device> {
  const token = service.mint.token({ sub, sid: null });
  const url = `${service.url.origin.replace("http", "ws")}/v1/phonebook/live`;
  // Node's own takes header fields, as the clients of phones do; its types follow the browsers'.
  const init = { headers: { authorization: `Bearer ${token}` } } as unknown as string[];
  const socket = new WebSocket(url, init);
  const told: Device["told"] = [];
  socket.addEventListener("message", ({ data }) => told.push({ text: String(data), at: performance.now() }));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error("a socket was refused")));
  });
  return { token, socket, told };
}

/** One device writes; how long until each other device was told, ms. */
async function change(
  service: Service,
  own: readonly Device[],
  writer: number,
  round: number,
): Promise<{ waits: number[]; fault: string | null }> {
  const others = own.filter((_, at) => at !== writer);
  const counts = others.map(({ told }) => told.length);
  const began = performance.now();
  const answer = await service.call("PUT", "/v1/phonebook", {
    as: { token: own[writer]?.token ?? "" },
    json: { entries: [{ id: "entry", base: round, sealed: "A".repeat(400 + 4 * round) }] },
  });
  if (answer.status !== 200) return { waits: [], fault: answer.text };
  const expected = JSON.stringify({ type: "phonebook", revision: round + 1 });
  for (let waited = 0; others.some(({ told }, at) => told.length === counts[at]); waited += 10) {
    if (waited > TOLD_WITHIN_MS) return { waits: [], fault: "a device was not told within half a minute" };
    await sleep(10);
  }
  const last = others.map(({ told }) => told.at(-1));
  const wrong = last.find((message) => message?.text !== expected);
  return {
    waits: last.map((message) => (message?.at ?? Number.NaN) - began),
    fault: wrong === undefined ? null : `told ${wrong.text} instead of ${expected}`,
  };
}

async function lanes<Item, Done>(items: readonly Item[], work: (item: Item) => Promise<Done>): Promise<Done[]> {
  const done: Done[] = [];
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) done.push(await work(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return done;
}

/** Resident memory of the engines that this process started, MB. */
function residentMb(): number {
  const rows = execFileSync("ps", ["-A", "-o", "ppid=,rss=,comm="], { encoding: "utf8" }).trim().split("\n");
  const own = rows.filter((row) => row.includes("workerd") && Number(row.trim().split(/\s+/)[0]) === process.pid);
  return Math.round(own.reduce((sum, row) => sum + Number(row.trim().split(/\s+/)[1]), 0) / 1024);
}

import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Development, Left } from "../development.ts";
import { onceARun } from "../once-a-run.ts";
import { ROOT } from "../service.ts";
import { haveAccounts, type AccountFacts } from "./accounts.ts";
import { shareContacts, untilNoNameWaits, type ContactFacts } from "./contacts.ts";
import { dropOld, importPeople, type ImportFacts } from "./imports.ts";
import { lookUpEverything, type LookupFacts } from "./lookups.ts";
import { sendPictures, type PictureFacts } from "./pictures.ts";
import { castVotes } from "./votes.ts";
import { tellTooYoung, type YoungFacts } from "./young.ts";

interface Facts {
  /** The project's folder, with all that it wrote; and a copy of what it wrote, taken while it was running. */
  readonly folder: string;
  readonly running: string;
  readonly log: string;
  /** Whom its processes connected to, a line each. */
  readonly connections: string;
  readonly lookups: LookupFacts;
  readonly young: YoungFacts;
  readonly contacts: ContactFacts;
  readonly accounts: AccountFacts;
  readonly pictures: PictureFacts;
  readonly imports: ImportFacts;
  /** Lookups of the imported people at the end. */
  readonly shown: readonly Record<string, unknown>[];
  /** What the guide's sign-in printed, or how it failed. */
  readonly guide: string;
}

/** What a life of the service left behind: to be read, not to be changed. */
export interface Life extends Omit<Facts, "folder" | "running"> {
  readonly left: Left;
  readonly running: Left;
}

/**
 * One life for all promises that search what the service leaves behind: `npm run dev` is started once in a run of the
 * tests, everything happens to it in order, and it is stopped.
 */
export async function theLife(): Promise<Life> {
  const { folder, running, ...facts } = await onceARun("life", live);
  return { ...facts, left: new Left(folder), running: new Left(running) };
}

async function live(folder: string): Promise<Facts> {
  const project = join(folder, "project");
  mkdirSync(project);
  // The last sweep of an erasure comes when the last access token has expired; here a second later.
  const service = new Development({ ERASURE_SWEEP_S: "1", CONTACT_SPREAD_S: "30" }, project);
  const connections = join(folder, "connections");
  const hook = join(import.meta.dirname, "../watch-connections.ts");
  try {
    await service.start({ NODE_OPTIONS: `--no-warnings --import ${hook}`, CONNECTIONS_FILE: connections });
    // These two compare stores at rest: before anything that goes on by itself.
    const lookups = await lookUpEverything(service);
    const young = await tellTooYoung(service);
    const contacts = await shareContacts(service);
    const accounts = await haveAccounts(service);
    const pictures = await sendPictures(service);
    await castVotes(service);
    const imports = await importPeople(service);
    const guide = await signInByTheGuide(service.origin);
    // A copy may be taken while the service runs, or after a crash: files in the midst of their work.
    const running = service.copyTo(join(folder, "running")).folder;
    const shown = await dropOld(service);
    await untilNoNameWaits(service);
    await service.stop();
    const { log } = service;
    const facts = { lookups, young, contacts, accounts, pictures, imports, shown, guide };
    return { folder: project, running, log, connections: readFileSync(connections, "utf8"), ...facts };
  } finally {
    await service.stop();
  }
}

/** Runs the guide's sign-in as it is printed. */
async function signInByTheGuide(origin: string): Promise<string> {
  const guide = readFileSync(join(ROOT, "docs/guide.md"), "utf8");
  const printed = /readme\.test\.ts runs this\. -->\n+```sh\n(.*?)```/s.exec(guide)?.[1] ?? "";
  const script = printed.replace("HOST=http://localhost:8787\n", `HOST=${origin}\n`);
  const { stdout } = await promisify(execFile)("sh", ["-c", script]).catch((error: unknown) => ({
    stdout: String(error),
  }));
  return stdout;
}

import process from "node:process";

/** Trials take minutes or need quiet: commands of their own, not tests. Exit code 1 when one does not hold. */
const TRIALS: Readonly<Record<string, () => Promise<{ run: (args: string[]) => Promise<boolean> }>>> = {
  kill: () => import("./kill.ts"),
  import: () => import("./import.ts"),
  campaign: () => import("./campaign.ts"),
  contacts: () => import("./contacts.ts"),
  erasure: () => import("./erasure.ts"),
  sockets: () => import("./sockets.ts"),
  votes: () => import("./votes.ts"),
  pictures: () => import("./pictures.ts"),
  abuse: () => import("./abuse.ts"),
};

const [name = "", ...args] = process.argv.slice(2);
const load = TRIALS[name];
if (load === undefined) {
  console.error(`Usage: npm run trial -- ${Object.keys(TRIALS).join("|")} [options]; see test/trials/README.md`);
  process.exit(2);
}
const { run } = await load();
process.exitCode = (await run(args)) ? 0 : 1;

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildOwn, buildProduct } from "./build.ts";
import { casesOf } from "./cases.ts";
import { benchSecrets, openDirectory } from "./directory.ts";
import { Ring, type Duel } from "./duel.ts";
import { readOptions, USAGE } from "./options.ts";
const options = readOptions(process.argv.slice(2));
if (options === null) { console.log(USAGE); process.exit(0); }
const scratch = mkdtempSync(join(tmpdir(), "konnections-bench-"));
const t0 = performance.now();
const at = (s: string) => console.log(((performance.now() - t0) / 1000).toFixed(1), s);
try {
  const [product, floor, librarian] = await Promise.all([
    buildProduct(join(scratch, "product")), buildOwn("floor", scratch), buildOwn("librarian", scratch)]);
  at("built " + product.gzipped);
  const secrets = await benchSecrets();
  const stores = { worker: join(scratch, "stores-worker"), floor: join(scratch, "stores-floor") };
  mkdirSync(stores.worker);
  const dir = await openDirectory(librarian, stores.worker, secrets);
  const half = Math.floor(options.callers / 2);
  await dir.fill(0, half, true); at("filled kv");
  await dir.fill(half, options.callers, false); at("filled d1");
  const cases = casesOf(options.callers);
  for (const c of cases) console.log(c.name, await dir.count(c.numbers.slice(0, 3)));
  await dir.close();
  cpSync(stores.worker, stores.floor, { recursive: true });
  const ring = await Ring.open({ product, floor }, stores, secrets, cases);
  at("open");
  const duels: Duel[] = [];
  for (const c of cases.filter((c) => options.cases.includes(c.name))) { const d = await ring.run(c, options); duels.push(d);
    console.log(c.name);
    d.worker.forEach((w, i) => { const f = d.floor[i]!; const p = (m: any) => `${m.requestsPerSecond.toFixed(0)} rps p50 ${m.p50.toFixed(2)} p99 ${m.p99.toFixed(2)} cpu ${m.cpu?.toFixed(1)} astray ${m.astray.toFixed(3)}`; console.log("  W", p(w), "| F", p(f), "| ratio", (w.requestsPerSecond / f.requestsPerSecond).toFixed(3), "cpu", (f.cpu! / w.cpu!).toFixed(3)); });
  }
  await ring.close();
} finally { rmSync(scratch, { recursive: true, force: true }); }

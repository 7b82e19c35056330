import { env } from "cloudflare:workers";
import { applyD1Migrations, reset, runInDurableObject } from "cloudflare:test";

/** How to wake the objects that were spoken to since the stores were emptied, by id. */
const wake = new Map<string, () => Promise<void>>();

/** Emptying all stores must reach every object: each that somebody asks for is noted here. */
for (const namespace of Object.values(env).filter(isNamespace)) {
  const get = namespace.get.bind(namespace);
  namespace.get = (id, options) => {
    const name = id.toString();
    wake.set(name, () => runInDurableObject(get(namespace.idFromString(name)), () => {}));
    return get(id, options);
  };
  namespace.getByName = (name, options) => namespace.get(namespace.idFromName(name), options);
}

/**
 * Empties every store, alarms included, and makes D1's tables. The platform's `reset` empties only what is in memory: an
 * object that rested for ten seconds, or was evicted, keeps its rows. So each is woken first; D1 and R2 are objects too.
 */
export async function emptyStores(): Promise<void> {
  await Promise.all([
    ...[...wake.values()].map((again) => again()),
    env.DB.prepare("SELECT 1").run(),
    ...Object.values(env)
      .filter(isBucket)
      .map((bucket) => bucket.head("nothing")),
  ]);
  wake.clear();
  await reset();
  await applyD1Migrations(env.DB, env.MIGRATIONS);
}

function isNamespace(binding: unknown): binding is DurableObjectNamespace {
  return binding?.constructor.name === "DurableObjectNamespace";
}
function isBucket(binding: unknown): binding is R2Bucket {
  return binding?.constructor.name === "R2Bucket";
}

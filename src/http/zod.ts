/**
 * Stands for "zod" in the bundle (`[alias]` in wrangler.toml): a third of the whole would otherwise be error messages
 * in languages that the service never uses, since refusals speak its own words (body.ts).
 */
export * from "./zod-parts.ts";
export * as z from "./zod-parts.ts";

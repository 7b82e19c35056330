import { env } from "cloudflare:workers";
import { Quotas } from "../../src/quotas/quotas.ts";
import { testVault } from "./directory.ts";

/** The day's quotas over the real objects. */
export const testQuotas = (): Quotas => new Quotas(testVault(), env.DAY_USES);

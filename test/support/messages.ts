import { env } from "cloudflare:workers";
import { readConfig } from "../../src/config.ts";
import { Messages, type MessageConfig } from "../../src/messaging/messages.ts";
import { testVault } from "./directory.ts";

/** Messages over the real objects. @param config over that of the tests */
export const testMessages = (config: Partial<MessageConfig> = {}): Messages =>
  new Messages({
    vault: testVault(),
    outboxes: env.OUTBOXES,
    counters: env.MESSAGE_COUNTERS,
    config: { ...readConfig({ ...env }), ...config },
  });

let networks = 0;
/** A network that no other message comes from. */
export const freshNetwork = (): { address: string; asn: number } => {
  networks += 1;
  return { address: `10.${networks >> 8}.${networks & 255}.1`, asn: 64_512 + networks };
};

import { env } from "cloudflare:workers";
import { vault } from "../isolate.ts";
import { consoleLogger } from "../telemetry/logger.ts";
import { KeyCheck } from "./key-check.ts";
import { KeyRecords } from "./key-records.ts";

/** Whether the keys of this isolate are those of the data. */
export const keys = new KeyCheck(vault, new KeyRecords(env.DB), consoleLogger);

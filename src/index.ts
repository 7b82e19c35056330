import { env } from "cloudflare:workers";
import { version } from "../package.json";
import { readConfig } from "./config.ts";
import { publishedPages } from "./directory/page-stores.ts";
import { publishers } from "./directory/publishers.ts";
import { DirectoryRecords } from "./directory/records.ts";
import { sweep } from "./directory/sweep.ts";
import { createApp } from "./http/app.ts";
import { keyRoutes } from "./http/key-routes.ts";
import { Limits } from "./http/limits.ts";
import { Lookups } from "./lookup/lookup.ts";
import { PageReader } from "./lookup/page-reader.ts";
import { lookupRoutes } from "./lookup/routes.ts";
import { datasetRoutes } from "./operators/dataset-routes.ts";
import { statusRoutes } from "./operators/status-routes.ts";
import { consoleLogger as logger } from "./telemetry/logger.ts";
import { Vault } from "./vault/vault.ts";

export { Publisher } from "./directory/publisher-object.ts";

// Read while the module loads: a deployment with a bad setting is refused with its sentence instead of answering badly.
const config = readConfig({ ...env });
const vault = new Vault(config.secrets.indexKey, config.secrets.sealKeys);
const directory = { records: new DirectoryRecords(env.DB, env.PAGES), vault, logger };
const publishing = publishers(env.PUBLISHERS);

const app = createApp({
  config,
  limits: new Limits(env, vault, config.rateLimits),
  logger,
  version,
  endpoints: [
    ...statusRoutes(directory, publishing, version),
    ...keyRoutes(config),
    ...lookupRoutes(new Lookups(vault, new PageReader(publishedPages(directory)))),
    ...datasetRoutes(directory, publishing),
  ],
});

export default {
  fetch: (request) => app.fetch(request),
  scheduled: (controller) => sweep(directory, publishing, controller.scheduledTime),
} satisfies ExportedHandler<Env>;

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Rooms } from "../../src/compose.ts";
import { endpointsOf } from "../../src/endpoints.ts";
import { asOpenApi30 } from "../../src/http/openapi-3-0.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import type { OpenApi } from "../support/described.ts";

/** What stands in for the rooms: descriptions need none, and no handler is called. */
const nothing: unknown = new Proxy(() => nothing, { get: (_, name) => (name === "map" ? () => [] : nothing) });
/** As a deployment is configured whose messages Twilio and Resend carry. */
const CONFIG: unknown = {
  development: false,
  sms: { provider: "twilio" },
  mail: { provider: "resend" },
  secrets: { signingKeys: [] },
};
const rooms = new Proxy({}, { get: (_, name) => (name === "config" ? CONFIG : nothing) });

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
  version: string;
};
const endpoints = endpointsOf(rooms as Rooms);

/** The OpenAPI document of a deployment. */
export const publishedDocument = (): OpenApi =>
  JSON.parse(JSON.stringify(openApiDocument(endpoints, version))) as OpenApi;

/** The same as OpenAPI 3.0. */
export const publishedAs30 = (): OpenApi => asOpenApi30(publishedDocument()) as OpenApi;

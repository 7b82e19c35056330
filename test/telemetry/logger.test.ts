import { afterEach, expect, it, vi } from "vitest";
import { consoleLogger, type RequestId, type RoutePattern } from "../../src/telemetry/logger.ts";

afterEach(() => vi.restoreAllMocks());

it("bugs and outages are logged as errors, everything else is not, each as a line of JSON", () => {
  const errors = vi.spyOn(console, "error").mockReturnValue();
  const lines = vi.spyOn(console, "log").mockReturnValue();
  const where = { requestId: "r" as RequestId, route: "/v1/lookup" as RoutePattern, frames: [] };
  consoleLogger.log("http.outage", { ...where, store: "d1" });
  consoleLogger.log("sweep.run", { poked: 1, dropped: 0 });
  expect(errors.mock.calls).toEqual([
    ['{"event":"http.outage","requestId":"r","route":"/v1/lookup","frames":[],"store":"d1"}'],
  ]);
  expect(lines.mock.calls).toEqual([['{"event":"sweep.run","poked":1,"dropped":0}']]);
});

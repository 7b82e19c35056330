import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { built } from "./support/build.ts";

const MOST_BYTES = 500 * 1000;

it("the built Worker has at most 500 kB, gzipped", () => {
  const bundle = gzipSync(readFileSync(join(built().prebuiltWorkerDir ?? "", "index.js")));
  expect(bundle.byteLength).toBeGreaterThan(MOST_BYTES / 10);
  expect(bundle.byteLength).toBeLessThanOrEqual(MOST_BYTES);
});

import type { TestProject } from "vitest/node";
import { FakeTwilio } from "./fake-twilio.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Origin of a stand-in for Twilio, for tests inside workerd. */
    readonly twilio: string;
  }
}

/** Starts the stand-in for Twilio beside the tests that run inside workerd. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const fake = await FakeTwilio.start();
  project.provide("twilio", fake.origin);
  return () => fake.stop();
}

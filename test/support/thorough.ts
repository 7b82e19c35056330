import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    /** Whether this run may take long: `npm run test:all`. */
    readonly thorough: boolean;
  }
}

/** How often a test tries: enough to find what it is for in every run, and more where a run may take long. */
export const often = (usually: number, thoroughly: number): number => (inject("thorough") ? thoroughly : usually);

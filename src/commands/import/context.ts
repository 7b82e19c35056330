import type { OperatorClient, RetryPolicy } from "./client.ts";
import type { Credentials } from "./credentials.ts";
import type { ImportOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { Traces } from "./traces.ts";

/** The environment of a run. */
export interface Surroundings {
  /** The user's folder, which gets the journal if the file's folder is read-only. */
  readonly folder: string;
  readonly credentials: Credentials;
  /** For progress and notes. */
  readonly stream: NodeJS.WriteStream;
  /** For the summary. */
  readonly print: (line: string) => void;
  readonly retry?: RetryPolicy;
  /** Milliseconds between polls of the backlog. */
  readonly poll?: number;
}

/** A running import. */
export interface Run {
  readonly options: ImportOptions;
  readonly traces: Traces;
  readonly edition: string;
  readonly client: OperatorClient;
  readonly progress: Progress;
}

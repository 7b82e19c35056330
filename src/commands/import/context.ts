import type { OperatorClient, RetryPolicy } from "./client.ts";
import type { Credentials } from "./credentials.ts";
import type { ImportOptions } from "./options.ts";
import type { Progress } from "./progress.ts";
import type { Traces } from "./traces.ts";

/** What a run of the import stands in. */
export interface Surroundings {
  /** Where the user stands: home of the journal if the file's folder is read-only. */
  readonly folder: string;
  readonly credentials: Credentials;
  /** For progress and notes. */
  readonly stream: NodeJS.WriteStream;
  /** For the summary. */
  readonly print: (line: string) => void;
  readonly retry?: RetryPolicy;
  /** Milliseconds between looks at the backlog. */
  readonly poll?: number;
}

/** One import under way. */
export interface Run {
  readonly options: ImportOptions;
  readonly traces: Traces;
  readonly edition: string;
  readonly client: OperatorClient;
  readonly progress: Progress;
}

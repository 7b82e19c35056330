import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, the longest first. Begun last, one of them would be waited for by everything else. Two of
 * them live what others only read.
 */
const LONG = [
  "promises/lookups-leave-no-trace",
  "promises/erasure-is-complete",
  "browser/pages",
  "promises/strangers-lock-nobody-out",
  "promises/every-message-is-counted",
  "accounts/codes",
  "commands/dev",
  "contract/images",
  "contract/proof-of-work",
  "contacts/contacts",
  "voting/ballot",
  "messaging/messages",
  "contract/contacts",
  "contract/sign-in",
  "promises/recordings-stay-home",
  "contract/messages-survive",
  "promises/opt-outs-hold",
  "privacy/failing-stores",
  "simulation/simulate",
].map(pathOf);

/** The files that read what was lived, the last of all: they would wait. */
const LAST = [
  "promises/nothing-leaves",
  "promises/nothing-stored-twice",
  "promises/contacts-have-no-source",
  "promises/over-sixteen",
  "promises/stolen-copy-names-no-account",
  "promises/stolen-copy-names-no-one",
  "promises/stolen-copy-shows-no-image",
  "promises/votes-have-no-voter",
  "commands/readme",
].map(pathOf);

function pathOf(name: string): string {
  return `/test/${name}.test.ts`;
}

/** Runs long files first, those that would wait for them last, and all others as usual. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((end) => moduleId.endsWith(end));
      if (at !== -1) return at;
      return LONG.length + (LAST.some((end) => moduleId.endsWith(end)) ? 1 : 0);
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

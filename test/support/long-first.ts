import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, the longest first. Begun last, one of them would be waited for by everything else. */
const LONG = [
  "browser/own-number",
  "promises/strangers-lock-nobody-out",
  "promises/every-message-is-counted",
  "accounts/codes",
  "commands/dev",
  "promises/contacts-have-no-source",
  "contract/images",
  "promises/erasure-is-complete",
  "promises/nothing-stored-twice",
  "contract/proof-of-work",
  "contacts/contacts",
  "voting/ballot",
  "messaging/messages",
  "contract/contacts",
  "contract/sign-in",
  "promises/over-sixteen",
  "promises/recordings-stay-home",
  "contract/messages-survive",
  "promises/nothing-leaves",
  "promises/lookups-leave-no-trace",
  "promises/opt-outs-hold",
  "privacy/failing-stores",
  "simulation/simulate",
].map((name) => `/test/${name}.test.ts`);

/** Runs long files first, and all others as usual. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((end) => moduleId.endsWith(end));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

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
  "commands/dev",
  "promises/recordings-stay-home",
  "promises/opt-outs-hold",
  "simulation/simulate",
  "contract/messages-survive",
  "contract/images",
  "contract/hostile",
  "contract/datasets",
  "contract/issuers",
  "contract/erasure-in-flight",
  "contract/erasures",
  "contract/failing-stores",
  "contract/dripping",
  "voting/ballot",
  "contacts/contacts",
  "codes/codes",
  "images/pictures",
  "accounts/recycled",
  "promises/unlisted-stays-unlisted",
  "telemetry/poison",
  "phonebook/sync",
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

/** A worker keeps what files share, a service or an engine, as long as the next file is of the same project. */
const PROJECTS = ["outside", "contract", "inside", "unit"];

/** Runs one project after the other, of each the long files first, and last of all those that would wait for others. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLast = ({ moduleId }: TestSpecification): boolean => LAST.some((end) => moduleId.endsWith(end));
    const project = (file: TestSpecification): number =>
      isLast(file) ? PROJECTS.length : PROJECTS.indexOf(file.project.name);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((end) => moduleId.endsWith(end));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((a, b) => project(a) - project(b) || place(a) - place(b));
  }
}

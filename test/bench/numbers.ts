import parseByLibrary, { getCountries } from "libphonenumber-js/max";
import examples from "libphonenumber-js/mobile/examples";
import { parseNumber } from "../../src/numbers/number.ts";

// What parsing one number costs with our own reader of the metadata, and with the library: `npm run bench:numbers`.

const ROUNDS = 5;
const NUMBERS_A_ROUND = 20_000;

/** One mobile number of every country, in international form. */
const world = getCountries().flatMap((country) => parseByLibrary(examples[country], country)?.number ?? []);
const cases = { "one of each country": world, "of +1": world.filter((number) => number.startsWith("+1")) };

/** Microseconds of CPU a number: the machine may be busy with other things. */
function measure(numbers: readonly string[], parse: (number: string) => unknown): number {
  const before = process.cpuUsage();
  for (let at = 0; at < NUMBERS_A_ROUND; at += 1) parse(numbers[at % numbers.length] ?? "");
  const { user, system } = process.cpuUsage(before);
  return (user + system) / NUMBERS_A_ROUND;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

for (const [name, numbers] of Object.entries(cases)) {
  const own: number[] = [];
  const library: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(measure(numbers, (number) => parseNumber(number)));
    // What a lookup asks: whether the number is assigned, and to which type of line.
    library.push(measure(numbers, (number) => parseByLibrary(number)?.getType()));
  }
  const [ours, theirs] = [median(own), median(library)];
  console.log(
    `${numbers.length} numbers, ${name}: own reader ${ours.toFixed(1)} µs, library ${theirs.toFixed(1)} µs, ` +
      `${(theirs / ours).toFixed(1)} times as much`,
  );
}

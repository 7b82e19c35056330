import { sum, type ListedStep, type SealedList } from "../storage/renewing.ts";
import type { RenewedStep } from "../storage/sealed-rows.ts";
import type { Logger } from "../telemetry/logger.ts";
import { onStore } from "../telemetry/store-failure.ts";
import type { KeyRecords, SealedClass } from "./key-records.ts";
import { renewObject } from "./renewal.ts";
import type { StoredObject } from "./stored-object.ts";

/** Objects asked in one step. */
const OBJECTS_A_STEP = 50;

/** The objects of a class that put themselves on its list (`StoredObject.enlist`). */
export function enlisted<Kept extends StoredObject>(
  of: SealedClass,
  objects: DurableObjectNamespace<Kept>,
  records: Pick<KeyRecords, "objects">,
  logger: Logger,
): SealedList {
  return listOf(`${of.toLowerCase()}s`, objects, (after, limit) => records.objects(of, after, limit), logger);
}

/** Objects of known names. @param names in order */
export function named<Kept extends StoredObject>(
  name: string,
  objects: DurableObjectNamespace<Kept>,
  names: readonly string[],
  logger: Logger,
): SealedList {
  const page = async (after: string | null, limit: number): Promise<string[]> =>
    names.slice(after === null ? 0 : names.indexOf(after) + 1).slice(0, limit);
  return listOf(name, objects, page, logger);
}

function listOf<Kept extends StoredObject>(
  name: string,
  objects: DurableObjectNamespace<Kept>,
  page: (after: string | null, limit: number) => Promise<string[]>,
  logger: Logger,
): SealedList {
  const renew = async (after: string | null): Promise<ListedStep> => {
    const names = await page(after, OBJECTS_A_STEP);
    let [renewed, left]: [number, Record<string, number>] = [0, {}];
    for (const one of names) {
      const object = objects.getByName(one) as unknown as RenewingStub;
      const step = await renewObject((from) => onStore("objects", () => object.renewSeals(from)), logger);
      renewed += step.renewed;
      left = sum(left, step.left);
    }
    return { after: names.length < OBJECTS_A_STEP ? null : (names.at(-1) ?? null), renewed, left };
  };
  return { name, renew };
}

/** What is asked of a stub: of a class that is not known here its type says less. */
interface RenewingStub {
  renewSeals(from: Parameters<StoredObject["renewSeals"]>[0]): Promise<RenewedStep>;
}

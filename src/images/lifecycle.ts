import type { AccountData, RetentionStep } from "../lifecycle.ts";
import type { Logger } from "../telemetry/logger.ts";
import { erase, exportOf, held } from "./account-pictures.ts";
import type { PictureParts } from "./parts.ts";
import { sweepPictures } from "./sweep.ts";

/** Pictures that an account sent or got. */
export function pictureData(parts: PictureParts): AccountData {
  return {
    erasure: {
      name: "pictures",
      held: ({ account }) => held(parts, account),
      run: ({ account, number }, now) => erase(parts, account, number, now),
    },
    export: { name: "pictures", whole: ({ account }, now) => exportOf(parts, account, now) },
  };
}

/** Pictures past their expiry that their objects left behind. */
export function pictureRetention(parts: PictureParts, logger: Logger): RetentionStep {
  return { name: "pictures", run: (now) => sweepPictures(parts, logger, now) };
}

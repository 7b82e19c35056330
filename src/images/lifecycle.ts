import type { AccountData, RetentionStep } from "../lifecycle.ts";
import type { Logger } from "../telemetry/logger.ts";
import { erase, exportOf, held } from "./account-pictures.ts";
import type { PictureDeps } from "./deps.ts";
import { sweepPictures } from "./sweep.ts";

/** Pictures that an account sent or got. */
export function pictureData(deps: PictureDeps): AccountData {
  return {
    erasure: {
      name: "pictures",
      held: ({ account }) => held(deps, account),
      run: ({ account }, now) => erase(deps, account, now),
    },
    export: { name: "pictures", whole: ({ account }, now) => exportOf(deps, account, now) },
  };
}

/** Pictures past their expiry that their objects left behind. */
export function pictureRetention(deps: PictureDeps, logger: Logger): RetentionStep {
  return { name: "pictures", run: (now) => sweepPictures(deps, logger, now) };
}

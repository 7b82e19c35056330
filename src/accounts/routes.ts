import type { Endpoint } from "../http/endpoint.ts";
import type { UploadCrowd } from "../imaging/upload-crowd.ts";
import { consentRoutes, type Withdrawing } from "./consents/consent-routes.ts";
import { photoRoutes } from "./profile/photo-routes.ts";
import type { Photos } from "./profile/photos.ts";
import { pinRoutes } from "./sessions/pin-routes.ts";
import { profileRoutes, type ProfileDeps } from "./profile/profile-routes.ts";
import { sessionRoutes } from "./sessions/session-routes.ts";
import { signInRoutes, type SignInDeps } from "./sessions/sign-in-routes.ts";

/** What the room's endpoints work with. */
export interface AccountRouteDeps extends SignInDeps, ProfileDeps {
  readonly photos: Photos;
  /** Keeps uploads few enough for the isolate. */
  readonly uploads: UploadCrowd;
  /** Takes back what rested on a consent that is withdrawn. */
  readonly withdrawing: Withdrawing;
}

/** The room's endpoints. */
export function accountRoutes(deps: AccountRouteDeps): Endpoint[] {
  return [
    ...signInRoutes(deps),
    ...sessionRoutes(deps.sessions, deps.accounts),
    ...pinRoutes(deps.accounts),
    ...consentRoutes(deps.accounts, deps.noticeInForce, deps.withdrawing),
    ...profileRoutes(deps),
    ...photoRoutes(deps.accounts, deps.photos, deps.uploads),
  ];
}

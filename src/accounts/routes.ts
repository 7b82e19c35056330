import type { Endpoint } from "../http/endpoint.ts";
import type { UploadCrowd } from "../imaging/upload-crowd.ts";
import { consentRoutes, type Withdrawing } from "./consents/consent-routes.ts";
import { photoRoutes } from "./profile/photo-routes.ts";
import type { Photos } from "./profile/photos.ts";
import { pinRoutes } from "./sessions/pin-routes.ts";
import { profileRoutes, type ProfileParts } from "./profile/profile-routes.ts";
import { sessionRoutes } from "./sessions/session-routes.ts";
import { signInRoutes, type SignInParts } from "./sessions/sign-in-routes.ts";

/** What the room's endpoints work with. */
export interface AccountRouteParts extends SignInParts, ProfileParts {
  readonly photos: Photos;
  /** Keeps uploads few enough for the isolate. */
  readonly uploads: UploadCrowd;
  /** Takes back what rested on a consent that is withdrawn. */
  readonly withdrawing: Withdrawing;
}

/** The room's endpoints. */
export function accountRoutes(parts: AccountRouteParts): Endpoint[] {
  return [
    ...signInRoutes(parts),
    ...sessionRoutes(parts.sessions, parts.accounts),
    ...pinRoutes(parts.accounts),
    ...consentRoutes(parts.accounts, parts.noticeInForce, parts.withdrawing),
    ...profileRoutes(parts),
    ...photoRoutes(parts.accounts, parts.photos, parts.uploads),
  ];
}

import { jsonOf, type Answer } from "./answer.ts";
import { consent } from "./consenting.ts";
import type { Service } from "./service.ts";
import { device, freshNumber, signIn, type SignedIn } from "./sign-in.ts";

type Calls = Pick<Service, "call">;

/** Somebody of whom the service holds everything that it can hold of anybody. */
export interface Whole {
  readonly ann: SignedIn;
  readonly number: string;
  /** The pictures as they went in. */
  readonly photo: Uint8Array;
  readonly sent: Uint8Array;
  readonly received: Uint8Array;
  /** A number that she voted on, and one whose name she shared. */
  readonly voted: string;
  readonly shared: string;
}

/** What she says of herself and of others: in no dictionary. */
export const SAID = {
  name: "Ann Zyntharova Quellbrook",
  email: "zyntharova.quellbrook@example.org",
  dateOfBirth: "1987-03-19",
  address: "7 Umbrellamenders Row, Wroxtelby",
  socialLinks: ["https://social.example/zyntharova"],
  visibility: "everyone",
} as const;
export const VOTED_NAME = "Thistlewyck Umbrella Menders";
export const SHARED_NAME = "Peachtree Jacarundel Surgery";
export const DEVICE = { ...device("device-of-zyntharova"), carrier: "Quellbrook Telefonica" };
export const PIN = "493817205561";
/** What her phonebook holds, as her device sealed it. */
export const SEALED = Buffer.from("an entry of Zyntharova's phonebook, sealed by her device").toString("base64url");

async function good(answer: Promise<Answer>): Promise<Answer> {
  const { status, method, path, text, ...rest } = await answer;
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return { status, method, path, text, ...rest };
}

/** Pictures as a camera makes them. */
async function taken(): Promise<Pick<Whole, "photo" | "sent" | "received">> {
  // What turns them cannot be loaded inside workerd, where pictures are given.
  const { turned } = await import("./pictures.ts");
  const [photo, sent, received] = [await turned(6, 120, 60), await turned(3, 90, 70), await turned(1, 80, 50)];
  return { photo, sent, received };
}

/** Signs her in and has her use everything. @param given in place of pictures of a camera, and of a friend of her own */
export async function wholeAccount(
  service: Calls,
  given: { readonly pictures?: Pick<Whole, "photo" | "sent" | "received">; readonly friend?: SignedIn } = {},
): Promise<Whole> {
  const number = freshNumber();
  const ann = await signIn(service, number, DEVICE);
  const as = { token: ann.accessToken };
  const { photo, sent, received } = given.pictures ?? (await taken());
  await good(service.call("PATCH", "/v1/me", { as, json: SAID }));
  await good(service.call("PUT", "/v1/me/photo", { as, headers: { "content-type": "image/jpeg" }, body: photo }));
  await good(service.call("PUT", "/v1/me/pin", { as, json: { pin: PIN } }));
  for (const purpose of ["contact-sharing", "phonebook-sync"] as const)
    await consent(service, ann.accessToken, purpose);
  const [voted, shared] = [freshNumber(), freshNumber()];
  const contacts = [{ name: SHARED_NAME, numbers: [shared] }];
  await good(service.call("POST", "/v1/contacts/shared", { as, json: { contacts } }));
  const entries = [{ id: "entry", base: 0, sealed: SEALED }];
  await good(service.call("PUT", "/v1/phonebook", { as, json: { entries } }));
  await good(service.call("PUT", `/v1/numbers/${voted}/vote`, { as, json: { name: VOTED_NAME } }));
  const to = (recipient: string) => ({ headers: { "x-recipient": recipient } });
  await good(service.call("POST", "/v1/images", { as, ...to(freshNumber()), body: sent }));
  const bob = given.friend ?? (await signIn(service, freshNumber()));
  await good(service.call("POST", "/v1/images", { as: { token: bob.accessToken }, ...to(number), body: received }));
  const inbox = jsonOf<{ images: unknown[] }>(await good(service.call("GET", "/v1/images?box=inbox", { as })));
  if (JSON.stringify(inbox) === "[]") throw new Error("the picture did not come");
  return { ann, number, photo, sent, received, voted, shared };
}

import { jsonOf, type Answer } from "./answer.ts";
import { Outside } from "./outbound.ts";
import type { Service } from "./service.ts";
import { freshNumber } from "./sign-in.ts";
import { type Claims, Issuer, seconds } from "./tokens.ts";

type Calls = Pick<Service, "call">;

/** Issuers whose tokens the service takes as they are, and those whose word on a number signs in; nobody is at the last one. */
const PLAIN = ["partner", "other"];
const ASSERTING = ["phones", "down"];

/** What the service is started with. */
export const foreignIssuers = {
  EXTERNAL_ISSUERS: JSON.stringify(
    [...PLAIN, ...ASSERTING].map((name) => ({
      issuer: `https://${name}.example`,
      jwks: `https://${name}.example/keys`,
      algorithms: ["RS256", "ES256"],
      audience: "app",
      scope: "app",
      phoneNumbers: ASSERTING.includes(name),
    })),
  ),
};

/** One pair of keys a process: a service remembers them, and files share a service. */
let keys: Issuer | undefined;

/** Issuers of somebody else's, whose keys can be had until `restore`. */
export class Foreign {
  readonly #outside = new Outside();
  readonly issuer = (keys ??= new Issuer());
  readonly vars = foreignIssuers;

  constructor() {
    for (const name of [...PLAIN, "phones"]) this.#outside.json(`https://${name}.example/keys`, this.issuer.jwks());
  }

  /** A token of an account for some minutes. */
  token(sub: string, name = "partner", claims: Claims = {}): { readonly token: string } {
    const [iat, exp] = [seconds(), seconds() + 300];
    return { token: this.issuer.es256({ iss: `https://${name}.example`, aud: "app", sub, iat, exp, ...claims }) };
  }

  /** A token that says whose number it is. */
  phoneToken(number: string): string {
    return this.token("u", "phones", { phone_number: number, phone_number_verified: true }).token;
  }

  /** The account of a token, as the rest of the service calls it. */
  account(sub: string, name = "partner"): string {
    return `https://${name}.example ${sub}`;
  }

  restore(): void {
    this.#outside.restore();
  }
}

/** Leaves all that such an account can leave: a vote and a picture. @returns the picture's id */
export async function useAll(service: Calls, as: { readonly token: string }, picture: Uint8Array): Promise<string> {
  const good = (answer: Answer): Answer => {
    if (answer.status >= 300) throw new Error(`${answer.path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const json = { name: "Fiction Umbrella Menders" };
  good(await service.call("PUT", `/v1/numbers/${freshNumber()}/vote`, { as, json }));
  const headers = { "x-recipient": freshNumber() };
  return jsonOf<{ id: string }>(good(await service.call("POST", "/v1/images", { as, headers, body: picture }))).id;
}

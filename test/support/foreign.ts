import { jsonOf, type Answer } from "./answer.ts";
import { Outside } from "./outbound.ts";
import type { Service } from "./service.ts";
import { freshNumber } from "./sign-in.ts";
import { type Claims, Issuer, seconds } from "./tokens.ts";

type Calls = Pick<Service, "call">;

/** Issuers of somebody else's whose tokens the service takes as they are; made before the service is started. */
export class Foreign {
  readonly #outside = new Outside();
  readonly #issuer = new Issuer();
  readonly #names: readonly string[];

  constructor(names: readonly string[] = ["partner"]) {
    this.#names = names;
    for (const name of names) this.#outside.json(`https://${name}.example/keys`, this.#issuer.jwks());
  }

  /** What the service is started with. */
  get vars(): Record<string, string> {
    const issuers = this.#names.map((name) => ({
      issuer: `https://${name}.example`,
      jwks: `https://${name}.example/keys`,
      algorithms: ["ES256"],
      audience: "app",
      scope: "app",
    }));
    return { EXTERNAL_ISSUERS: JSON.stringify(issuers) };
  }

  /** A token of an account for some minutes. */
  token(sub: string, name = this.#names[0] ?? "", claims: Claims = {}): { readonly token: string } {
    const [iat, exp] = [seconds(), seconds() + 300];
    return { token: this.#issuer.es256({ iss: `https://${name}.example`, aud: "app", sub, iat, exp, ...claims }) };
  }

  /** The account of a token, as the rest of the service calls it. */
  account(sub: string, name = this.#names[0] ?? ""): string {
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

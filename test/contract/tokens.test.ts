import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { jsonOf, problemOf, type Answer } from "../support/answer.ts";
import { Service } from "../support/service.ts";
import { base64url, type Claims, compact, ecdsa, ownClaims, rsa, seconds } from "../support/tokens.ts";
import { until } from "../support/until.ts";

let service: Service;
beforeAll(async () => {
  service = await Service.shared();
});

const ask = (token: string): Promise<Answer> => service.call("GET", "/v1/lookup/+13125550123", { as: { token } });
const accepted = async (token: string): Promise<void> => {
  expect((await ask(token)).status).toBe(200);
};
/** Refused the first time and again: a refusal is no memory of a good token either. */
const refused = async (token: string, reason = "not-accepted"): Promise<void> => {
  for (let n = 0; n < 2; n += 1) {
    const answer = await ask(token);
    expect(problemOf(answer, 401, "invalid-token").reason).toBe(reason);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  }
};

const NO_SIGNATURE = (): Uint8Array => new Uint8Array(0);
const hmac =
  (secret: string | Uint8Array, hash = "sha256") =>
  (input: string): Uint8Array =>
    createHmac(hash, secret).update(input).digest();

describe("a token of our own", () => {
  it("is accepted, again and again, under any case of the scheme and after any spaces", async () => {
    const token = service.mint.token();
    await accepted(token);
    await accepted(token);
    for (const authorization of [`bearer ${token}`, `Bearer  ${token}`, `BEARER    ${token}`]) {
      const answer = await service.call("GET", "/v1/lookup/x", { as: null, headers: { authorization } });
      expect(answer.status, authorization).toBe(200);
    }
  });

  it("is told from none: 401 with the challenge that RFC 6750 asks for", async () => {
    const answer = await service.call("GET", "/v1/lookup/x", { as: null });
    problemOf(answer, 401, "missing-token");
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_request"');
  });

  it("may come with further claims, and an audience among others", async () => {
    await accepted(service.mint.token({ extra: { deep: [1] }, nbf: seconds() - 10, jti: "x" }));
    await accepted(service.mint.token({ aud: ["other", "konnections"] }));
    await accepted(service.mint.token({}, { typ: undefined }));
  });

  it("is taken from the Authorization field alone", async () => {
    const token = service.mint.token();
    for (const path of [`/v1/lookup/x?access_token=${token}`, `/v1/lookup/x?token=${token}`]) {
      problemOf(await service.call("GET", path, { as: null }), 401, "missing-token");
    }
    for (const name of ["cookie", "x-access-token", "proxy-authorization", "cf-access-jwt-assertion"]) {
      const headers = { [name]: name === "cookie" ? `CF_Authorization=${token}` : token };
      problemOf(await service.call("GET", "/v1/lookup/x", { as: null, headers }), 401, "missing-token");
    }
    const body = { number: "+13125550123" };
    problemOf(
      await service.call("POST", "/v1/lookup", { as: null, json: { ...body, access_token: token } }),
      401,
      "missing-token",
    );
  });
});

describe("algorithms", () => {
  const publicPem = (): string => createPublicKey(service.mint.key).export({ format: "pem", type: "spki" }).toString();

  it.each(["none", "None", "NONE", "nOnE", "", "null"])("alg %j without a signature is refused", async (alg) => {
    const [header, payload] = compact({ alg, kid: service.mint.kid, typ: "JWT" }, ownClaims(), NO_SIGNATURE).split(".");
    await refused(`${header}.${payload}.`, "malformed");
    await refused(`${header}.${payload}`, "malformed");
    await refused(`${header}.${payload}.AA`);
  });

  it("HS256 with the public key as the secret is refused, however the key is written", async () => {
    const { x, y, kty, crv } = service.mint.jwk;
    const secrets: (string | Uint8Array)[] = [
      publicPem(),
      publicPem().trim(),
      createPublicKey(service.mint.key).export({ format: "der", type: "spki" }),
      JSON.stringify({ kty, crv, x, y }),
      JSON.stringify({ keys: [{ kty, crv, x, y, kid: service.mint.kid, alg: "ES256", use: "sig" }] }),
      x,
      Buffer.from(x, "base64url"),
      Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]),
      "",
      service.mint.kid,
      "konnections",
    ];
    for (const secret of secrets) {
      for (const [alg, hash] of [
        ["HS256", "sha256"],
        ["HS512", "sha512"],
      ] as const) {
        await refused(service.mint.token({}, { alg }, hmac(secret, hash)));
        await refused(service.mint.token({}, { alg: "ES256" }, hmac(secret, hash)));
      }
    }
  });

  it("RS256 and PS256 with a key of one's own, under our kid, are refused", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const alg of ["RS256", "PS256", "RS512"]) await refused(service.mint.token({}, { alg }, rsa(privateKey)));
  });

  it.each(["ES384", "ES512", "EdDSA", "ES256K", "HS256", "es256", "ES256 ", "dir", "A256GCM", "ECDH-ES", "b64"])(
    "%s over our own good signature is refused",
    async (alg) => {
      await refused(service.mint.token({}, { alg }));
    },
  );

  it("another curve, or another P-256 key, under our kid is refused", async () => {
    const others = [
      [generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey, "ES384", "sha384"],
      [generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey, "ES256", "sha256"],
      [generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey, "ES512", "sha512"],
      [generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey, "ES256", "sha256"],
      [generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, "ES256", "sha256"],
    ] as const;
    for (const [key, alg, hash] of others) await refused(service.mint.token({}, { alg }, ecdsa(key, hash)));
  });
});

describe("signatures", () => {
  const good = (): [string, string, string] => service.mint.token().split(".") as [string, string, string];

  it("of zeros, of ones, of the curve's order are refused", async () => {
    const order = "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551";
    const forged = [
      "00".repeat(64),
      `${"00".repeat(31)}01`.repeat(2),
      order.repeat(2),
      "FF".repeat(64),
      `${"00".repeat(32)}${order}`,
    ];
    for (const hex of forged) await refused(service.mint.token({}, {}, () => Buffer.from(hex, "hex")));
  });

  it("cut off, too long, of ASN.1 form or another token's are refused", async () => {
    const [header, payload, signature] = good();
    for (const length of [1, 10, 42, 43, 84]) await refused(`${header}.${payload}.${signature.slice(0, length)}`);
    await refused(`${header}.${payload}.${signature}AA`);
    await refused(`${header}.${payload}.${signature}${signature}`);
    const [, , other] = good();
    await refused(`${header}.${payload}.${other}`);
    const der = Buffer.concat([Buffer.from("3044022000", "hex"), Buffer.from(signature, "base64url")]);
    await refused(`${header}.${payload}.${base64url(der)}`);
  });

  it("over another payload or header are refused, a bit being enough", async () => {
    const [header, payload, signature] = good();
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
    await refused(`${header}.${base64url(JSON.stringify({ ...claims, scope: "operator" }))}.${signature}`);
    await refused(`${header}.${base64url(JSON.stringify({ ...claims, exp: seconds() + 1e6 }))}.${signature}`);
    await refused(`${base64url(JSON.stringify({ alg: "ES256", kid: service.mint.kid }))}.${payload}.${signature}`);
    for (let at = 0; at < signature.length; at += 8) {
      const flipped = Buffer.from(signature, "base64url");
      flipped.writeUInt8(flipped.readUInt8(Math.floor(at * 0.74)) ^ 1, Math.floor(at * 0.74));
      await refused(`${header}.${payload}.${base64url(flipped)}`);
    }
  });

  it("after a good one of the same account do not ride on its memory", async () => {
    const token = service.mint.token();
    await accepted(token);
    await refused(`${token.slice(0, -4)}AAAA`);
    const [header, payload] = token.split(".");
    await refused(`${header}.${payload}.`, "malformed");
  });
});

describe("headers of the token", () => {
  it("without a kid, or with another, are refused", async () => {
    for (const kid of [undefined, "", "other", "TEST-1", "test-1 ", "test-1\u0000", "test-2"]) {
      await refused(service.mint.token({}, { kid }));
    }
  });

  it("whose kid is no string are refused", async () => {
    for (const kid of [null, 1, 0, true, ["test-1"], { kid: "test-1" }]) {
      await refused(service.mint.token({}, { kid }));
    }
  });

  it.each([
    "../../../../dev/null",
    "/dev/null",
    "' UNION SELECT 'key' --",
    "| sleep 5",
    "https://evil.example/jwks.json",
    "__proto__",
    "constructor",
    "toString",
    "x".repeat(1500),
    "\ud800",
    "%00",
    "*",
  ])("with kid %s are refused", async (kid) => {
    await refused(service.mint.token({}, { kid }));
  });

  it("with a key of their own are refused: jwk, jku, x5u, x5c", async () => {
    const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = own.publicKey.export({ format: "jwk" });
    const spki = own.publicKey.export({ format: "der", type: "spki" }).toString("base64");
    const carried: Claims[] = [
      { jwk },
      { jwk: { ...jwk, kid: service.mint.kid } },
      { jku: "https://evil.example/jwks.json" },
      { x5u: "https://evil.example/cert.pem" },
      { x5c: [spki] },
      { jwk, kid: undefined },
      { jwk, kid: "own" },
      { jku: "https://evil.example/jwks.json", jwk, x5c: [spki], kid: "own" },
    ];
    for (const header of carried) await refused(service.mint.token({}, header, ecdsa(own.privateKey)));
  });

  it("with crit are refused, whatever it names", async () => {
    const crits: Claims[] = [
      { crit: ["exp"], exp: 1 },
      { crit: ["x"], x: 1 },
      { crit: [] },
      { crit: "x" },
      { crit: ["b64"], b64: false },
      { crit: ["kid"] },
      { crit: null },
    ];
    for (const header of crits) await refused(service.mint.token({}, header));
  });

  it("that say they are no JSON, no JWT or packed are refused or of no effect", async () => {
    const [, payload, signature] = service.mint.token().split(".");
    for (const header of ["", "null", "[]", "1", '"x"', "{", '{"alg":"ES256"', "\u0000"]) {
      await refused(`${base64url(header)}.${payload}.${signature}`.replace(/^\./, "AA."));
    }
    await refused(
      compact(
        { alg: "ES256", kid: service.mint.kid, zip: "DEF" },
        ownClaims({ scope: "nobody" }),
        ecdsa(service.mint.key),
      ),
    );
  });

  it("that say something else was signed with our key, such as a receipt, are refused", async () => {
    for (const typ of ["receipt+jwt", "JWS", "jwt+receipt", "", "dpop+jwt"])
      await refused(service.mint.token({}, { typ }));
  });

  it("with a member twice are refused or read as one: never as a token that was not signed", async () => {
    const twice = `{"alg":"none","alg":"ES256","kid":"${service.mint.kid}"}`;
    expect([200, 401]).toContain((await ask(compact(twice, ownClaims(), ecdsa(service.mint.key)))).status);
    await refused(compact(twice, ownClaims(), () => new Uint8Array(64)));
  });
});

describe("claims", () => {
  it("expired by some seconds are accepted, by more than 30 refused: expired", async () => {
    const now = seconds();
    await accepted(service.mint.token({ exp: now - 15 }));
    await refused(service.mint.token({ exp: now - 32 }), "expired");
    await refused(service.mint.token({ exp: now - 3600 }), "expired");
    await refused(service.mint.token({ exp: 0 }), "expired");
    await refused(service.mint.token({ exp: -1 }), "expired");
  });

  it("expired are refused also for a token that was good a moment ago", async () => {
    const isGood = async (token: string): Promise<boolean> =>
      (await service.call("GET", "/v1/lookup/x", { as: { token } })).status === 200;
    const token = await until("a token was good twice before its time was over", async () => {
      const old = service.mint.token({ exp: seconds() - 27 });
      return (await isGood(old)) && (await isGood(old)) && old;
    });
    await until("its time is over", async () => !(await isGood(token)), 500);
    await refused(token, "expired");
  });

  it("not yet valid are refused, within the skew accepted", async () => {
    const now = seconds();
    await accepted(service.mint.token({ nbf: now + 25 }));
    await refused(service.mint.token({ nbf: now + 60 }));
    await refused(service.mint.token({ nbf: now + 86_400 }));
  });

  it.each([
    ["exp", undefined],
    ["exp", null],
    ["exp", "4000000000"],
    ["exp", [4_000_000_000]],
    ["exp", {}],
    ["nbf", "0"],
    ["nbf", null],
    ["iat", "now"],
    ["aud", undefined],
    ["aud", null],
    ["aud", ""],
    ["aud", "other"],
    ["aud", "Konnections"],
    ["aud", "konnections "],
    ["aud", []],
    ["aud", ["other"]],
    ["aud", { 0: "konnections" }],
    ["aud", [["konnections"]]],
    ["sub", undefined],
    ["sub", null],
    ["sub", ""],
    ["sub", 7],
    ["sub", ["a"]],
    ["sub", {}],
    ["scope", undefined],
    ["scope", null],
    ["scope", ""],
    ["scope", "App"],
    ["scope", "app operator"],
    ["scope", " app"],
    ["scope", ["app"]],
    ["scope", ["operator"]],
    ["scope", { app: true }],
    ["scope", "admin"],
    ["scope", "__proto__"],
    ["iss", "Konnections"],
    ["iss", "konnections/"],
    ["iss", "https://konnections"],
    ["iss", "__proto__"],
    ["iss", "constructor"],
    ["iss", "https://evil.example"],
  ])("with %s %j are refused", async (claim, value) => {
    await refused(service.mint.token({ [claim]: value }));
  });

  it.each([undefined, null, "", 7, ["konnections"], {}])("with iss %j are refused", async (iss) => {
    const answer = await ask(service.mint.token({ iss }));
    problemOf(answer, 401, "invalid-token");
  });

  it("that are no object are refused", async () => {
    const signer = ecdsa(service.mint.key);
    for (const payload of ["", "null", "[]", '"konnections"', "1", "{", '{"iss":"konnections"', "\u00ff"]) {
      const token = compact({ alg: "ES256", kid: service.mint.kid }, payload, signer);
      problemOf(await ask(token), 401, "invalid-token");
    }
  });

  it("twice are read as one of the two, and judged by it", async () => {
    const rest = JSON.stringify(ownClaims({ scope: undefined, exp: undefined })).slice(1, -1);
    const signer = ecdsa(service.mint.key);
    const token = (own: string): string => compact({ alg: "ES256", kid: service.mint.kid }, `{${rest},${own}}`, signer);
    const exp = seconds() + 600;
    const mixed = await ask(token(`"scope":"app","scope":"app","exp":1,"exp":${exp}`));
    expect([200, 401]).toContain(mixed.status);
    const operator = await service.call("GET", "/v1/operators/status", {
      as: { token: token(`"scope":"operator","scope":"app","exp":${exp}`) },
    });
    expect([401, 403]).toContain(operator.status);
    await refused(token(`"scope":"app","exp":${exp},"exp":1`), "expired");
  });
});

describe("the form of the token", () => {
  it.each([
    ["four parts", (token: string) => `${token}.AAAA`],
    ["five parts (JWE)", (token: string) => `${token}.AAAA.AAAA`],
    ["two parts", (token: string) => token.split(".").slice(0, 2).join(".")],
    ["an empty payload", (token: string) => token.replace(/\..*\./, "..")],
    ["padding", (token: string) => `${token}==`],
    ["base64 of the other alphabet", (token: string) => `${token.slice(0, -2)}+/`],
    ["a space in it", (token: string) => `${token.slice(0, 20)} ${token.slice(20)}`],
    ["quotes", (token: string) => `"${token}"`],
    ["percent-encoding", (token: string) => token.replaceAll(".", "%2e")],
  ])("with %s is malformed", async (_, change) => {
    await refused(change(service.mint.token()), "malformed");
  });

  it("as JSON is malformed", async () => {
    const [header, payload, signature] = service.mint.token().split(".");
    await refused(JSON.stringify({ protected: header, payload, signature }), "malformed");
  });
});

describe("what a refusal tells", () => {
  it("is the same for every fault of signature, key, issuer and audience", async () => {
    const tokens = [
      service.mint.token({ aud: "other" }),
      service.mint.token({ iss: "https://evil.example" }),
      service.mint.token({}, { kid: "other" }),
      service.mint.token({}, {}, () => new Uint8Array(64)),
      service.mint.token({}, { alg: "HS256" }, hmac("x")),
      service.mint.token({ scope: "admin" }),
      service.mint.token({ nbf: seconds() + 3600 }),
    ];
    const bodies = new Set<string>();
    for (const token of tokens) {
      const { requestId: _, ...problem } = jsonOf(await ask(token));
      bodies.add(JSON.stringify(problem));
    }
    expect(bodies.size).toBe(1);
  });

  it("does not say that a forged token has expired", async () => {
    const forged = service.mint.token({ exp: 1 }, {}, () => new Uint8Array(64));
    await refused(forged);
  });
});

describe("scopes in development", () => {
  it("operator by own token is accepted: there is no Access here", async () => {
    const answer = await service.call("GET", "/v1/operators/status", { as: { token: service.operator() } });
    expect(answer.status).toBe(200);
    expect((await ask(service.operator())).status, "an operator may look up").toBe(200);
  });

  it("app and owner open no operators' door", async () => {
    for (const scope of ["app", "owner"]) {
      const token = service.mint.token({ scope });
      problemOf(await service.call("GET", "/v1/operators/status", { as: { token } }), 403, "forbidden");
    }
    problemOf(await ask(service.mint.token({ scope: "owner" })), 403, "forbidden");
  });
});

it("every answer of this file was of the form that /openapi.json gives it", () => {
  expect([...service.deviations]).toEqual([]);
});

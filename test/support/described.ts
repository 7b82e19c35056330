import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as formats from "ajv-formats";
import type { Answer } from "./answer.ts";

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema: Schema; example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  /** The entry in the audit that a call of it leaves. */
  readonly "x-audit"?: string;
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, object>>;
  readonly content?: Readonly<Record<string, Content>>;
}

/** What is sent under a media type. */
export interface Content {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>;
}

/** A schema, as far as tests look into one. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | null)[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly format?: string;
}

export interface OpenApi {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** A path and method of the document. */
export interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The service's OpenAPI document, and answers held against it. */
export class Document {
  readonly openapi: OpenApi;
  readonly operations: readonly Described[];
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ValidateFunction>();

  /** @param served as the service serves it: what it refers to is put in place, and its open enums are closed */
  constructor(served: OpenApi) {
    const openapi = closed(inPlace(served, served));
    this.openapi = openapi;
    formats.default(this.#ajv);
    this.#ajv.addSchema({ ...openapi, $id: "document" });
    this.operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  /** The values of a field that this version knows. */
  valuesOf(schema: string, field: string): (string | number)[] {
    const { anyOf = [], enum: values = anyOf[0]?.enum } =
      this.openapi.components.schemas[schema]?.properties?.[field] ?? {};
    return (values ?? []).filter((value) => value !== null);
  }

  /** The closed list of problem codes. */
  get problemCodes(): string[] {
    return this.valuesOf("Problem", "code").map(String);
  }

  /** The operation that a request meets, or null. */
  find(method: string, path: string): Described | null {
    // As clients send it: with . and .. resolved.
    const plain = new URL(path.startsWith("/") ? `http://service${path}` : path).pathname;
    const wanted = method === "HEAD" ? "GET" : method;
    const fits = (template: string): boolean =>
      new RegExp(`^${template.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(plain);
    return this.operations.find((described) => described.method === wanted && fits(described.path)) ?? null;
  }

  /** How an answer deviates from what the document says of it; null when it does not. */
  deviation(answer: Answer): string | null {
    const described = this.find(answer.method, answer.path);
    const where = `${answer.method} ${described?.path ?? answer.path.slice(0, 80)} → ${answer.status}`;
    if (answer.method === "HEAD") return null;
    if (described === null) {
      return answer.status === 404 || answer.status === 405
        ? this.#hold(answer, "document#/components/schemas/Problem", where)
        : null;
    }
    const response = described.operation.responses[String(answer.status)];
    if (response === undefined) return `${where}: this status is not in the document`;
    return this.#contentDeviation(answer, described, response, where) ?? headerDeviation(answer, response, where);
  }

  #contentDeviation(answer: Answer, described: Described, response: Response, where: string): string | null {
    const type = answer.headers.get("content-type") ?? "";
    if (response.content === undefined && answer.text === "") return null;
    const media = response.content?.[type.split(";", 1)[0] ?? ""];
    if (media === undefined) return `${where}: ${type} is not in the document for this status`;
    // A page is what its media type says; what is on it is for tests of its own.
    if (type.split(";", 1)[0]?.endsWith("json") !== true) return null;
    const at = ["paths", described.path, described.method.toLowerCase(), "responses", String(answer.status), "content"];
    const pointer = pointerTo([...at, type.split(";", 1)[0] ?? "", "schema"]);
    return this.#hold(answer, pointer, where);
  }

  /** What is wrong with an example; null when nothing is. @param at where its schema is, a JSON pointer's parts */
  exampleFault(example: unknown, at: readonly string[]): string | null {
    return this.#validate(example, pointerTo(at));
  }

  #hold(answer: Answer, ref: string, where: string): string | null {
    const json = answer.headers.get("content-type")?.includes("json") === true;
    const fault = this.#validate(json ? JSON.parse(answer.text) : answer.text, ref);
    return fault === null ? null : `${where}: ${fault}`;
  }

  #validate(value: unknown, ref: string): string | null {
    const validate = this.#validators.get(ref) ?? this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, validate);
    if (validate(value)) return null;
    const [error] = validate.errors ?? [];
    return `${error?.instancePath ?? ""} ${error?.message ?? ""} ${JSON.stringify(error?.params)}`;
  }
}

/** Header fields that every answer of HTTP has, or that the engine puts on. */
const OF_TRANSPORT = new Set([
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "date",
  "connection",
  "keep-alive",
  "mf-content-encoding",
]);

/** Header fields of an answer that the document does not have. */
function headerDeviation({ headers }: Answer, response: Response, where: string): string | null {
  const unsaid = [...headers.keys()].filter((name) => !OF_TRANSPORT.has(name) && !saysHeader(response, name));
  return unsaid.length === 0 ? null : `${where}: ${unsaid.join(", ")} not in the document`;
}

function saysHeader({ headers = {} }: Response, name: string): boolean {
  return Object.keys(headers).some((said) => said.toLowerCase() === name);
}

function pointerTo(parts: readonly string[]): string {
  const escaped = parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")));
  return `document#/${escaped.join("/")}`;
}

/** A document whose responses stand where they are referred to. */
function inPlace(part: unknown, served: OpenApi): OpenApi {
  const { components } = served as unknown as { components: { responses: Record<string, unknown> } };
  return JSON.parse(JSON.stringify(part), (_, value: { $ref?: string } | null) => {
    const name = /^#\/components\/responses\/(\w+)$/.exec(value?.$ref ?? "")?.[1];
    return name === undefined ? value : components.responses[name];
  }) as OpenApi;
}

/** Clients take values that are not listed; a test takes none that is not. */
function closed(openapi: OpenApi): OpenApi {
  return JSON.parse(JSON.stringify(openapi), (_, value: Schema | null) => {
    const [known, any, ...others] = value?.anyOf ?? [];
    const open = known?.enum !== undefined && any?.enum === undefined && any?.type === known.type;
    return open ? { ...value, anyOf: [known, ...others] } : value;
  }) as OpenApi;
}

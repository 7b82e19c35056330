import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as formats from "ajv-formats";
import type { Answer } from "./answer.ts";

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  /** The entry in the audit that a call of it leaves. */
  readonly "x-audit"?: string;
  readonly security?: readonly { readonly bearer?: readonly string[] }[];
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: object }>> }>>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { properties?: Record<string, { enum?: (string | number | null)[] }> }>>;
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

  constructor(openapi: OpenApi) {
    this.openapi = openapi;
    formats.default(this.#ajv);
    this.#ajv.addSchema({ ...openapi, $id: "document" });
    this.operations = Object.entries(openapi.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  /** The closed list of problem codes. */
  get problemCodes(): string[] {
    return (this.openapi.components.schemas["Problem"]?.properties?.["code"]?.enum ?? []).map(String);
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
    const type = answer.headers.get("content-type") ?? "";
    if (answer.method === "HEAD") return null;
    if (described === null) {
      return answer.status === 404 || answer.status === 405
        ? this.#hold(answer, "document#/components/schemas/Problem", where)
        : null;
    }
    const response = described.operation.responses[String(answer.status)];
    if (response === undefined) return `${where}: this status is not in the document`;
    if (response.content === undefined && answer.text === "") return null;
    const media = response.content?.[type.split(";", 1)[0] ?? ""];
    if (media === undefined) return `${where}: ${type} is not in the document for this status`;
    // A page is what its media type says; what is on it is for tests of its own.
    if (type.split(";", 1)[0]?.endsWith("json") !== true) return null;
    const pointer = [described.path, described.method.toLowerCase(), "responses", String(answer.status), "content"];
    const escaped = [...pointer, type.split(";", 1)[0] ?? "", "schema"].map((part) =>
      encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")),
    );
    return this.#hold(answer, `document#/paths/${escaped.join("/")}`, where);
  }

  #hold(answer: Answer, ref: string, where: string): string | null {
    const validate = this.#validators.get(ref) ?? this.#ajv.compile({ $ref: ref });
    this.#validators.set(ref, validate);
    const json = answer.headers.get("content-type")?.includes("json") === true;
    if (validate(json ? JSON.parse(answer.text) : answer.text)) return null;
    const [error] = validate.errors ?? [];
    return `${where}: ${error?.instancePath ?? ""} ${error?.message ?? ""} ${JSON.stringify(error?.params)}`;
  }
}

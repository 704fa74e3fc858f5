import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument } from "../../src/http/reference-page.ts";

/** What came back for a request, as far as the document speaks of it. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly text: string;
}

const documentId = "openapi.json";

/**
 * Makes a check that throws when an answer is not what the document promises: its status must be documented for the
 * operation, its type too, and its body must fit the schema. Answers outside documented operations (unknown addresses,
 * wrong methods) must be problem documents; pages are not judged.
 */
export function createResponseCheck(document: OpenApiDocument): (exchange: Exchange) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema(document, documentId);
  const compiled = new Map<string, ValidateFunction>();
  const validatorAt = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `${documentId}#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  const templates = Object.keys(document.paths ?? {}).toSorted(fixedPartsFirst);
  return (exchange) => {
    const template = templates.find((candidate) => fits(candidate, exchange.path));
    const method = exchange.method.toLowerCase().replace("head", "get");
    const operation = pointer("paths", template ?? "", method);
    if (valueAt(document, operation) === undefined) {
      if (!isPage(exchange)) expectProblem(exchange, validatorAt("/components/schemas/Problem"));
      return;
    }
    const response = operation + pointer("responses", String(exchange.status));
    if (valueAt(document, response) === undefined) fail(exchange, "this status is not documented");
    const types = namesIn(valueAt(document, response + pointer("content")));
    const mediaType = exchange.contentType?.split(";")[0];
    if (types.length === 0) {
      if (exchange.text !== "") fail(exchange, "a body where none is documented");
    } else if (mediaType === undefined || !types.includes(mediaType)) {
      fail(exchange, `type ${mediaType}, documented are ${types.join(", ")}`);
    } else if (exchange.method !== "HEAD" && mediaType.endsWith("json")) {
      expectBody(exchange, validatorAt(response + pointer("content", mediaType, "schema")));
    }
  };
}

function namesIn(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function isPage({ path, contentType }: Exchange): boolean {
  return !path.startsWith("/v1/") && contentType?.startsWith("application/problem+json") !== true;
}

function expectProblem(exchange: Exchange, validate: ValidateFunction): void {
  if (exchange.method === "OPTIONS" && exchange.status === 204) return;
  if (exchange.contentType !== "application/problem+json") fail(exchange, "not a problem document");
  if (exchange.method !== "HEAD") expectBody(exchange, validate);
}

function expectBody(exchange: Exchange, validate: ValidateFunction): void {
  const body: unknown = JSON.parse(exchange.text);
  if (!validate(body)) fail(exchange, JSON.stringify(validate.errors, null, 1));
}

function fail({ method, path, status, text }: Exchange, why: string): never {
  throw new Error(
    `${method} ${path} answered ${status} against the document: ${why}\n${text.slice(0, 2_000)}`,
  );
}

function fits(template: string, path: string): boolean {
  const wanted = template.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => part === given[at] || (/\{.+\}/.test(part) && given[at] !== ""))
  );
}

/** `/holds/next` before `/holds/{id}`: "{" comes after every letter. */
function fixedPartsFirst(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function pointer(...parts: readonly string[]): string {
  return parts.map((part) => `/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function valueAt(document: object, place: string): unknown {
  const names = place.slice(1).split("/");
  return names.reduce<unknown>(
    (value, name) => Reflect.get(Object(value), name.replaceAll("~1", "/").replaceAll("~0", "~")),
    document,
  );
}

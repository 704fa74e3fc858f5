import type { OpenApiDocument } from "../../src/http/reference-page.ts";

type Schema = NonNullable<NonNullable<OpenApiDocument["components"]>["schemas"]>[string];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface SampleOptions {
  readonly document: OpenApiDocument;
  /** Values for fields by name, such as the id of a site that exists. */
  readonly known: Readonly<Record<string, Json>>;
}

/** A value that a schema of the document allows, with every optional field in it; good enough to be looked at closely. */
export function sampleOf(schema: Schema, options: SampleOptions, name = ""): Json {
  const known = options.known[name];
  if (known !== undefined) return known;
  if ("$ref" in schema) return sampleOf(named(options.document, schema.$ref), options, name);
  const example: unknown = schema.example ?? schema.enum?.[0] ?? schema.const;
  if (isJson(example)) return example;
  const choice = (schema.anyOf ?? schema.oneOf ?? schema.allOf)?.[0];
  if (choice) return sampleOf(choice, options, name);
  switch ([schema.type ?? "object"].flat()[0]) {
    case "string":
      return sampleText(schema);
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "array":
      return schema.items ? [sampleOf(schema.items, options, name)] : [];
    default: {
      const fields = Object.entries(schema.properties ?? {});
      return Object.fromEntries(
        fields.map(([field, type]) => [field, sampleOf(type, options, field)]),
      );
    }
  }
}

function sampleText(schema: Exclude<Schema, { $ref: string }>): string {
  switch (schema.format) {
    case "uuid":
      return "00000000-0000-7000-8000-000000000000";
    case "date-time":
      return "2026-12-01T09:00:00Z";
    case "date":
      return "2026-12-01";
    case "email":
      return "ada@example.org";
    case "uri":
      return "https://example.org/";
    default:
      return "x".repeat(Math.max(1, schema.minLength ?? 1));
  }
}

function named(document: OpenApiDocument, ref: string): Schema {
  const schema = document.components?.schemas?.[ref.split("/").at(-1) ?? ""];
  if (!schema) throw new Error(`No schema ${ref}`);
  return schema;
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}

/** How many values there are in a value, itself included. */
export function countValues(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + countValues(inner), 1);
}

/** The value with its `at`-th inner value (0 is the whole, in the order of reading) replaced. */
export function replaceValue(value: Json, at: number, by: Json): Json {
  if (at === 0) return by;
  if (typeof value !== "object" || value === null) return value;
  let skipped = 1;
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    const size = countValues(inner);
    const isHere = at >= skipped && at < skipped + size;
    const next = isHere ? replaceValue(inner, at - skipped, by) : inner;
    skipped += size;
    return [key, next];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

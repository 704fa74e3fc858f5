import { z } from "@hono/zod-openapi";
import { DomainError, invalidRequest } from "../errors.ts";

/** The body of an operation: JSON, and always there. Without `required` the schema could be passed by. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { "application/json": { schema } } } as const;
}

/** An integer in an address. */
export function queryInteger({ min, max }: { min: number; max: number }) {
  return z
    .string()
    .regex(/^(0|-?[1-9]\d{0,14})$/, "must be an integer")
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .openapi({ type: "integer", minimum: min, maximum: max });
}

/** A truth value in an address. */
export const queryBoolean = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .openapi({ type: "boolean" });

/** Headers of an operation that may be sent again: with the same key it happens once. */
export const idempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7E]{8,255}$/, "must be 8 to 255 visible ASCII characters")
    .optional()
    .openapi({
      description:
        "A random value of the client; the same request with the same key within 24 hours happens once.",
      example: "6f1c1b0e-2a34-4c1a-9c55-8c1b7f0f2a11",
    }),
});

export const pageLimitDefault = 50;

/** Query parameters of a list. */
export const pageQuery = z.strictObject({
  limit: queryInteger({ min: 1, max: 200 })
    .optional()
    .openapi({ type: "integer", minimum: 1, maximum: 200, default: pageLimitDefault }),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,500}$/, "must be the next_cursor of a page")
    .optional()
    .openapi({ description: "The `next_cursor` of the page before." }),
});

/** A page of a list; `next_cursor` is null on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** Where the next page starts: the sort key of the last item, opaque to clients. */
export function encodeCursor(key: readonly (string | number | boolean)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** Reads a cursor back; `schema` is a tuple of the sort key. Throws `invalid-request` for one that is not ours. */
export function decodeCursor<Key>(cursor: string, schema: z.ZodType<Key>): Key {
  const result = schema.safeParse(
    parseOrUndefined(Buffer.from(cursor, "base64url").toString("utf8")),
  );
  if (result.success) return result.data;
  throw new DomainError(invalidRequest, "This cursor is not one of this list.", {
    facts: {
      errors: [{ in: "query", path: "cursor", message: "must be the next_cursor of a page" }],
    },
  });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

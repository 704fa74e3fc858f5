import { z } from "@hono/zod-openapi";
import { languages } from "../context.ts";

/** Neither control characters (NUL among them) nor line separators. */
const onePlainLine = /^[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$/;
/** The same with tabs and line breaks. */
const plainLines = /^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u2028\u2029]*$/;

export interface TextBounds {
  /** Longest text, in UTF-16 units. */
  readonly max: number;
  /** Shortest text after trimming; 1 unless said. */
  readonly min?: number;
  /** Whether line breaks and tabs may be in it; not unless said. */
  readonly isMultiline?: boolean;
}

/** Text of people: trimmed, in Unicode NFC, without control characters or lone surrogates. */
export function plainText({ max, min = 1, isMultiline = false }: TextBounds) {
  return z
    .string()
    .trim()
    .normalize("NFC")
    .min(min)
    .max(max)
    .regex(isMultiline ? plainLines : onePlainLine, "must not contain control characters")
    .refine((text) => text.isWellFormed(), "must not contain half a character");
}

/** A text in at least one of the product's languages. */
export function localizedText(bounds: TextBounds) {
  return optionalLocalizedText(bounds)
    .refine((value) => Object.keys(value).length > 0, "needs at least one language")
    .openapi({ minProperties: 1 });
}

/** The same where no language at all means that there is no text. */
export function optionalLocalizedText(bounds: TextBounds) {
  return z
    .partialRecord(z.enum(languages), plainText(bounds))
    .openapi({ additionalProperties: false });
}

export const language = z.enum(languages).openapi("Language");

/** A short name for machines and addresses, chosen by the administration and unique among its kind. */
export const code = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens, 63 at most")
  .openapi({ example: "carta-identita" });

export const uuid = z.uuid().toLowerCase();

/** Names a public thing by its id or by its code; ids fit the shape of codes. */
export const idOrCode = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be an id or a code")
  .openapi({ example: "municipio" });

const uuidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether what came through `idOrCode` is an id. */
export function isId(text: string): boolean {
  return uuidShape.test(text);
}

/** Path parameters of a thing named by its id. */
export const idParams = z.object({ id: uuid });

import { z } from "zod";
import { findPlaceholders } from "./fill-in.ts";

/**
 * An SMS provider's HTTP interface as data. Operators write it as JSON; the README beside this file explains it with two
 * examples. Everything is bounded, regular expressions are not accepted, and what is not known is refused.
 */

/** What placeholders may stand for in requests, besides `{secret.NAME}`. */
const messagePlaceholders = [
  "to",
  "to_digits",
  "to_00",
  "text",
  "reference",
  "sender",
  "encoding",
  "parts",
  "receipt_url",
] as const;

/** What placeholders may stand for in the text that is signed, besides those of requests. */
const signingPlaceholders = [
  "method",
  "url",
  "host",
  "path",
  "body",
  "body_sha256",
  "timestamp",
] as const;

/** The same for the text that a receipt is signed by. */
const receiptPlaceholders = ["method", "path", "body", "timestamp"] as const;

const name = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be lower-case letters, digits and _");
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, "must be a header's name");

function template(placeholders: readonly string[], charsMax = 2_000) {
  return z
    .string()
    .max(charsMax)
    .superRefine((text, context) => {
      for (const found of findPlaceholders(text)) {
        const isKnown =
          placeholders.includes(found) || /^secret\.[a-z][a-z0-9_]{0,39}$/.test(found);
        if (!isKnown)
          context.addIssue({ code: "custom", message: `{${found}} is no placeholder here` });
      }
    });
}

const requestText = template(messagePlaceholders);

type JsonTemplate =
  | string
  | number
  | boolean
  | null
  | JsonTemplate[]
  | { [key: string]: JsonTemplate };

const jsonTemplate: z.ZodType<JsonTemplate> = z.lazy(() =>
  z.union([
    requestText,
    z.number(),
    z.boolean(),
    z.null(),
    z.array(jsonTemplate).max(50),
    z.record(z.string().max(100), jsonTemplate),
  ]),
);

const body = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("form"), fields: z.record(z.string().max(100), requestText) }),
  z.strictObject({ kind: z.literal("json"), value: jsonTemplate }),
  z.strictObject({ kind: z.literal("none") }),
]);

const signed = {
  algorithm: z.enum(["sha1", "sha256", "sha512"]),
  /** With a secret an HMAC, without one a plain digest of a text that holds secrets itself. */
  hmac_secret: z.string().min(8).max(500).optional(),
  encoding: z.enum(["hex", "base64", "base64url"]),
};

const auth = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({
    kind: z.literal("basic"),
    user: z.string().min(1).max(200),
    password: z.string().max(500),
  }),
  z.strictObject({ kind: z.literal("bearer"), token: z.string().regex(/^[!-~]{1,2000}$/) }),
  z.strictObject({
    kind: z.literal("signature"),
    ...signed,
    text: template([...messagePlaceholders, ...signingPlaceholders]),
    header: headerName,
    /** `{signature}` in the header's value. */
    value: z.string().max(200).default("{signature}"),
    timestamp: z
      .strictObject({ header: headerName, unit: z.enum(["seconds", "milliseconds", "iso"]) })
      .optional(),
  }),
]);

const url = z
  .string()
  .max(2_000)
  .refine(
    (text) => URL.canParse(text) && /^https?:/.test(text),
    "must be an http or https address",
  );

const status = z.union([z.int().min(100).max(599), z.enum(["2xx", "3xx", "4xx", "5xx"])]);
const place = z.string().max(200);

/** What an answer means; the first rule that fits decides. */
const rule = z.strictObject({
  status: z.array(status).min(1).max(50).optional(),
  /** Values of the answer's code, as text. */
  code: z.array(z.string().max(60)).min(1).max(200).optional(),
  means: z.enum(["accepted", "refused", "later", "unknown"]),
  /** Of `refused`. */
  reason: z
    .enum(["bad_address", "blocked", "content", "policy", "unsupported", "other"])
    .optional(),
  /** Of `later`: whether every message must wait. */
  is_provider_wide: z.boolean().optional(),
  /** Of `later`, where no Retry-After is sent. */
  after_seconds: z.int().min(0).max(86_400).optional(),
});

const answer = z.strictObject({
  format: z.enum(["json", "form", "words", "none"]),
  /** Where the provider's name of the message stands: JSON pointer, field, or number of the word from 0. */
  reference: place.optional(),
  code: place.optional(),
  rules: z.array(rule).max(100).default([]),
});

const receiptState = z.enum(["delivered", "failed", "delayed", "expired"]);

const receipts = z
  .strictObject({
    /** Last part of the callback's address; whoever knows it may send receipts. */
    path_secret: z
      .string()
      .regex(/^[A-Za-z0-9_-]{22,100}$/, "must be 22 to 100 of A-Z a-z 0-9 _ -")
      .optional(),
    signature: z
      .strictObject({
        ...signed,
        hmac_secret: z.string().min(8).max(500),
        text: template(receiptPlaceholders),
        header: headerName,
        /** Text before the signature in the header, such as `sha256=`. */
        prefix: z.string().max(40).default(""),
        timestamp_header: headerName.optional(),
      })
      .optional(),
    format: z.enum(["json", "form", "query"]),
    /** JSON pointer of the list of receipts; one receipt per request without it. */
    list: place.optional(),
    reference: place.optional(),
    provider_reference: place.optional(),
    state: place,
    /** The provider's words for our states; others are taken and ignored. */
    states: z.record(z.string().max(60), receiptState),
    code: place.optional(),
    at: z.strictObject({ place, unit: z.enum(["seconds", "milliseconds", "iso"]) }).optional(),
    answer: z
      .strictObject({ status: z.int().min(200).max(299), body: z.string().max(200) })
      .default({ status: 200, body: "OK" }),
  })
  .refine(
    ({ path_secret, signature }) => path_secret !== undefined || signature !== undefined,
    "needs path_secret or signature",
  )
  .refine(
    ({ reference, provider_reference }) =>
      reference !== undefined || provider_reference !== undefined,
    "needs reference or provider_reference",
  );

const wordsForEncodings = z.strictObject({
  gsm7: z.union([z.string().max(40), z.number(), z.boolean()]),
  ucs2: z.union([z.string().max(40), z.number(), z.boolean()]),
});

/** The whole description; see the README for what each part does. */
export const smsProviderSchema = z
  .strictObject({
    name,
    request: z.strictObject({
      method: z.enum(["GET", "POST", "PUT"]),
      url,
      query: z.record(z.string().max(100), requestText).default({}),
      headers: z.record(headerName, requestText).default({}),
      auth: auth.default({ kind: "none" }),
      body: body.default({ kind: "none" }),
    }),
    encodings: wordsForEncodings.default({ gsm7: "gsm7", ucs2: "ucs2" }),
    secrets: z.record(name, z.string().max(2_000)).default({}),
    answer,
    /** Whether a repetition with the same reference is recognised and neither sent nor charged again. */
    is_deduplicated: z.boolean().default(false),
    connections: z.int().min(1).max(200).default(10),
    receipts: receipts.optional(),
    /** Names, texts and numbers would travel in the clear; only for a gateway in one's own network. */
    may_use_plain_http: z.boolean().default(false),
  })
  .superRefine((provider, context) => {
    const { protocol, hostname } = new URL(provider.request.url);
    const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    if (protocol === "http:" && !isLoopback && !provider.may_use_plain_http)
      context.addIssue({
        code: "custom",
        path: ["request", "url"],
        message: "must be https, or may_use_plain_http must be true",
      });
    for (const used of new Set(secretsIn(provider.request)))
      if (provider.secrets[used] === undefined)
        context.addIssue({
          code: "custom",
          path: ["secrets", used],
          message: "is used but not there",
        });
  });

/** A checked description of a provider. */
export type SmsProvider = z.infer<typeof smsProviderSchema>;
export type AnswerRules = SmsProvider["answer"];
export type ReceiptRules = NonNullable<SmsProvider["receipts"]>;
export type Signature = Extract<SmsProvider["request"]["auth"], { kind: "signature" }>;
export type JsonBody = JsonTemplate;

/** Secrets that any text below names. */
function secretsIn(value: unknown): string[] {
  if (typeof value === "string")
    return findPlaceholders(value).flatMap((one) =>
      one.startsWith("secret.") ? [one.slice(7)] : [],
    );
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}

const textMax = 65_536;

/** What reading a description found wrong, one sentence each, without any value from it: secrets are among them. */
export interface SmsProviderFaults {
  readonly faults: readonly string[];
}

/** Reads a description from JSON. */
export function parseSmsProvider(text: string): SmsProvider | SmsProviderFaults {
  if (text.length > textMax) return { faults: [`must be ${textMax} characters at most`] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { faults: ["must be JSON"] };
  }
  const { success, data, error } = smsProviderSchema.safeParse(value);
  if (success) return data;
  return { faults: error.issues.map(({ path, message }) => `${path.join(".")} ${message}`.trim()) };
}

import { createHash } from "node:crypto";
import type { HttpRequest } from "../http/exchange.ts";
import type { OutgoingSms } from "../transport.ts";
import { fillIn, fillInTyped, type Values } from "./fill-in.ts";
import { signText, writeTimestamp } from "./sign-text.ts";
import type { JsonBody, Signature, SmsProvider } from "./sms-provider.ts";

export interface RequestContext {
  /** Address of receipts for `{receipt_url}`; empty where none come. */
  readonly receiptUrl: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Writes the request that hands an SMS over. The same message gives the same bytes, but for a signature's time. */
export function writeRequest(
  provider: SmsProvider,
  sms: OutgoingSms,
  context: RequestContext,
): HttpRequest {
  const { request } = provider;
  const values = valuesOf(provider, sms, context);
  const url = new URL(request.url);
  for (const [name, text] of Object.entries(request.query))
    url.searchParams.set(name, fillIn(text, values));
  const { type, body } = writeBody(request.body, values);
  const unsigned = { method: request.method, url, body };
  const headers = new Map(
    Object.entries(request.headers).map(([name, text]) => [name, headerText(fillIn(text, values))]),
  );
  if (type !== undefined) headers.set("Content-Type", type);
  for (const [name, value] of authHeaders(
    provider,
    { ...unsigned, text: body ?? "" },
    { values, ...context },
  ))
    headers.set(name, value);
  return { ...unsigned, headers: Object.fromEntries(headers) };
}

function valuesOf(
  { encodings, secrets }: SmsProvider,
  sms: OutgoingSms,
  { receiptUrl }: RequestContext,
): Values {
  const digits = sms.to.replace(/^\+/, "");
  return new Map<string, string | number | boolean>([
    ["to", sms.to],
    ["to_digits", digits],
    ["to_00", `00${digits}`],
    ["text", sms.text.toWellFormed()],
    ["reference", sms.reference],
    ["sender", sms.sender],
    ["encoding", encodings[sms.encoding]],
    ["parts", sms.parts],
    ["receipt_url", receiptUrl],
    ...Object.entries(secrets).map(([name, value]) => [`secret.${name}`, value] as const),
  ]);
}

function writeBody(
  body: SmsProvider["request"]["body"],
  values: Values,
): { readonly type?: string; readonly body: string | null } {
  switch (body.kind) {
    case "none":
      return { body: null };
    case "form": {
      const fields = new URLSearchParams();
      for (const [name, text] of Object.entries(body.fields))
        fields.set(name, fillIn(text, values));
      const type = "application/x-www-form-urlencoded; charset=utf-8";
      return { type, body: fields.toString() };
    }
    case "json":
      return {
        type: "application/json; charset=utf-8",
        body: JSON.stringify(fillTree(body.value, values)),
      };
  }
}

function fillTree(value: JsonBody, values: Values): JsonBody {
  if (typeof value === "string") return fillInTyped(value, values);
  if (Array.isArray(value)) return value.map((one) => fillTree(one, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, fillTree(one, values)]),
  );
}

/** A header cannot hold what ends a line or is not Latin-1; such a character becomes a question mark. */
function headerText(text: string): string {
  return text.replace(/[^\t\x20-\x7E\u00A0-\u00FF]/g, "?");
}

interface Unsigned {
  readonly method: string;
  readonly url: URL;
  /** The body; empty where there is none. */
  readonly text: string;
}

function authHeaders(
  { request }: SmsProvider,
  unsigned: Unsigned,
  context: { readonly values: Values; readonly now: number },
): [string, string][] {
  const { auth } = request;
  switch (auth.kind) {
    case "none":
      return [];
    case "basic":
      return [
        [
          "Authorization",
          `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString("base64")}`,
        ],
      ];
    case "bearer":
      return [["Authorization", `Bearer ${auth.token}`]];
    case "signature":
      return signatureHeaders(auth, unsigned, context);
  }
}

function signatureHeaders(
  auth: Signature,
  { method, url, text }: Unsigned,
  { values, now }: { readonly values: Values; readonly now: number },
): [string, string][] {
  const timestamp = auth.timestamp ? writeTimestamp(now, auth.timestamp.unit) : "";
  const signature = signText(
    fillIn(
      auth.text,
      new Map([
        ...values,
        ["method", method],
        ["url", url.href],
        ["host", url.host],
        ["path", `${url.pathname}${url.search}`],
        ["body", text],
        ["body_sha256", createHash("sha256").update(text).digest("hex")],
        ["timestamp", timestamp],
      ]),
    ),
    auth,
  );
  const header: [string, string] = [
    auth.header,
    fillIn(auth.value, new Map([["signature", signature]])),
  ];
  return auth.timestamp ? [header, [auth.timestamp.header, timestamp]] : [header];
}

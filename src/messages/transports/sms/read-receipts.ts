import { isSameSecret } from "../same-secret.ts";
import type { Receipt } from "../transport.ts";
import { fillIn } from "./fill-in.ts";
import { type Document, fieldsOf, findPointer, findValue, readDocument } from "./find-value.ts";
import { readTimestamp, signText } from "./sign-text.ts";
import type { ReceiptRules, SmsProvider } from "./sms-provider.ts";

/** A callback as it came in. */
export interface Callback {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  /** Last part of the path. */
  readonly pathSecret: string;
}

/** What a callback says. `not_ours` and `unreadable` are refused; providers need not know more. */
export type CallbackReading =
  | { readonly kind: "receipts"; readonly receipts: readonly Receipt[] }
  | { readonly kind: "not_ours" }
  | { readonly kind: "unreadable" };

/** Receipts in one callback at most; what is beyond is not read. */
const receiptsMax = 1_000;
/** How far a signed time may be from ours. */
const skewMs = 300_000;

/** Checks who sent a callback and reads the receipts in it. `now` is epoch milliseconds. */
export function readReceipts(
  { receipts: rules, secrets }: Pick<SmsProvider, "receipts" | "secrets">,
  callback: Callback,
  now: number,
): CallbackReading {
  if (!rules || !isFromProvider(rules, secrets, { callback, now })) return { kind: "not_ours" };
  const document =
    rules.format === "query" ? fieldsOf(callback.query) : readDocument(callback.body, rules.format);
  if (!document) return { kind: "unreadable" };
  const items = itemsOf(document, rules.list);
  if (!items) return { kind: "unreadable" };
  return {
    kind: "receipts",
    receipts: items.slice(0, receiptsMax).flatMap((item) => readReceipt(item, rules, now)),
  };
}

function itemsOf(document: Document, list: string | undefined): Document[] | undefined {
  if (document.kind !== "json" || list === undefined) return [document];
  const found = findPointer(document.value, list);
  return Array.isArray(found)
    ? found.map((value: unknown) => ({ kind: "json", value }))
    : undefined;
}

function isFromProvider(
  { path_secret, signature }: ReceiptRules,
  secrets: SmsProvider["secrets"],
  { callback, now }: { readonly callback: Callback; readonly now: number },
): boolean {
  if (path_secret !== undefined && !isSameSecret(path_secret, callback.pathSecret)) return false;
  if (!signature) return true;
  const timestamp = signature.timestamp_header && callback.header(signature.timestamp_header);
  if (signature.timestamp_header !== undefined && !isRecent(timestamp, now)) return false;
  const text = fillIn(
    signature.text,
    new Map([
      ["method", callback.method],
      ["path", callback.path],
      ["body", callback.body],
      ["timestamp", timestamp ?? ""],
      ...Object.entries(secrets).map(([name, value]) => [`secret.${name}`, value] as const),
    ]),
  );
  const expected = `${signature.prefix}${signText(text, signature)}`;
  const sent = callback.header(signature.header) ?? "";
  // Hexadecimal digits may come in capitals.
  return isSameSecret(expected, signature.encoding === "hex" ? sent.toLowerCase() : sent);
}

function isRecent(timestamp: string | undefined, now: number): boolean {
  const units = ["iso", "seconds", "milliseconds"] as const;
  return units.some((unit) => {
    const at = timestamp === undefined ? undefined : readTimestamp(timestamp, unit);
    return at !== undefined && Math.abs(at - now) <= skewMs;
  });
}

function readReceipt(item: Document, rules: ReceiptRules, now: number): Receipt[] {
  const word = findValue(item, rules.state);
  const state = word === undefined ? undefined : rules.states[word];
  const reference = rules.reference && findValue(item, rules.reference);
  const providerReference = rules.provider_reference && findValue(item, rules.provider_reference);
  if (state === undefined || (!reference && !providerReference)) return [];
  const at = rules.at && readTimestamp(findValue(item, rules.at.place) ?? "", rules.at.unit);
  return [
    {
      channel: "sms",
      state,
      code: (rules.code && findValue(item, rules.code)) ?? word ?? null,
      // A receipt from the future, or from long ago, has a clock that cannot be believed.
      at: at !== undefined && at <= now + skewMs && at > now - ageMsMax ? at : now,
      ...(reference ? { reference } : {}),
      ...(providerReference ? { providerReference } : {}),
    },
  ];
}

const ageMsMax = 8 * 86_400_000;

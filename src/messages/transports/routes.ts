import type { OpenAPIHono } from "@hono/zod-openapi";
import { DomainError, notFound } from "../../errors.ts";
import type { AppContext, AppEnv } from "../../http/app-env.ts";
import { malformedRequest } from "../../http/problem-types.ts";
import { readAtMost } from "../../http/read-body.ts";
import { createRouter } from "../../http/router.ts";
import { systemNow } from "../../time/clock.ts";
import { parseDsn } from "./bounces/parse-dsn.ts";
import { type BounceNames, receiptOfDsn } from "./bounces/receipt-of-dsn.ts";
import { isSameSecret } from "./same-secret.ts";
import { readReceipts } from "./sms/read-receipts.ts";
import type { SmsProvider } from "./sms/sms-provider.ts";
import type { ReceiptSink } from "./transport.ts";

/** What callbacks of providers are checked against, and where what they say is kept. */
export interface CallbackOptions {
  readonly smsProvider: SmsProvider | undefined;
  /** Last part of the address that bounces are posted to; undefined takes none. */
  readonly bouncesSecret: string | undefined;
  readonly bounceNames: BounceNames;
  readonly onReceipts: ReceiptSink;
}

/** Path under which callbacks arrive; what follows is secret. */
export const callbackPaths = {
  sms: "/provider-callbacks/sms",
  bounces: "/provider-callbacks/bounces",
} as const;

const callbackBytesMax = 65_536;
const bounceBytesMax = 1_048_576;

/**
 * Takes what providers report: receipts of SMS in their own form, and bounces as raw messages. To be mounted before bodies
 * are read, because neither is JSON in UTF-8. Whoever does not know the secret finds nothing here.
 */
export function callbackRoutes(options: CallbackOptions): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.on(["GET", "POST", "PUT"], `${callbackPaths.sms}/:secret`, async (c) => {
    const { smsProvider, onReceipts } = options;
    if (!smsProvider?.receipts) throw nothingHere();
    const reading = readReceipts(smsProvider, await callbackOf(c), systemNow().getTime());
    if (reading.kind === "not_ours") throw nothingHere();
    if (reading.kind === "unreadable")
      throw new DomainError(malformedRequest, "The receipts cannot be read.");
    if (reading.receipts.length > 0) await onReceipts(reading.receipts);
    const { status, body } = smsProvider.receipts.answer;
    return new Response(status === 204 ? null : body, {
      status,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  });
  routes.post(`${callbackPaths.bounces}/:secret`, async (c) => {
    const { bouncesSecret, bounceNames, onReceipts } = options;
    const isKnown = bouncesSecret !== undefined && isSameSecret(bouncesSecret, secretOf(c));
    if (!isKnown) throw nothingHere();
    const raw = Buffer.from(await readAtMost(c.req.raw.body, bounceBytesMax));
    const dsn = await parseDsn(raw);
    const receipt = dsn && receiptOfDsn(dsn, bounceNames, systemNow().getTime());
    if (receipt) await onReceipts([receipt]);
    return c.body(null, 204);
  });
  return routes;
}

function nothingHere(): DomainError {
  return new DomainError(notFound, "There is nothing at this address.");
}

function secretOf(c: AppContext): string {
  return c.req.param("secret") ?? "";
}

async function callbackOf(c: AppContext) {
  const url = new URL(c.req.url);
  const bytes = await readAtMost(c.req.raw.body, callbackBytesMax);
  return {
    method: c.req.method,
    path: `${url.pathname}${url.search}`,
    query: url.searchParams,
    header: (name: string) => c.req.header(name),
    body: Buffer.from(bytes).toString("utf8"),
    pathSecret: secretOf(c),
  };
}

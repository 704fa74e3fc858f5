import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** How the provider misbehaves; it takes every message where nothing is said. */
export interface SmsBehaviour {
  readonly latencyMs?: number;
  /** Messages it takes per second; what is beyond is answered with 429 and a Retry-After of `windowSeconds`. */
  readonly perSecondMax?: number;
  readonly windowSeconds?: number;
  /** Share of requests, 0 to 1, that are answered with 503 and Retry-After, and taken by nobody. */
  readonly unavailableShare?: number;
  /** Share of requests whose message is taken and never answered. */
  readonly silentShare?: number;
  /** Share of requests whose message is taken and whose connection is then cut. */
  readonly cutShare?: number;
  /** Whether a reference that was taken before is recognised. Default true. */
  readonly isDeduplicating?: boolean;
  /** Answers instead of the usual ones, in order, each once. */
  readonly scripted?: readonly SmsAnswer[];
  readonly seed?: string;
}

/** An answer as it is sent. */
export interface SmsAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request, with what was made of it. */
export interface SmsReceipt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly reference: string;
  readonly to: string;
  readonly text: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: "taken" | "repeated" | "silent" | "cut" | "limited" | "unavailable" | "scripted";
  /** What the message was named. */
  readonly providerReference: string;
  /** Whether it came although everybody had been asked to wait. */
  readonly isInsideWindow: boolean;
  /** How long everybody had been asked to wait when it arrived, in milliseconds; 0 outside of a window. */
  readonly windowOpenMs: number;
}

export interface SmsSink {
  readonly port: number;
  readonly url: string;
  readonly receipts: SmsReceipt[];
  readonly behave: (behaviour: SmsBehaviour) => void;
  readonly close: () => Promise<void>;
}

interface State {
  behaviour: SmsBehaviour;
  readonly receipts: SmsReceipt[];
  readonly taken: Map<string, string>;
  readonly tries: Map<string, number>;
  closedAt: number;
  closedUntil: number;
  second: number;
  takenInSecond: number;
  scriptedUsed: number;
}

/**
 * Starts an SMS provider on a free port of this machine. It reads forms and JSON whose fields have any of the usual names,
 * and answers in JSON, or with words to a form.
 */
export async function startSmsSink(behaviour: SmsBehaviour = {}): Promise<SmsSink> {
  const state: State = {
    behaviour,
    receipts: [],
    taken: new Map(),
    tries: new Map(),
    closedAt: 0,
    closedUntil: 0,
    second: 0,
    takenInSecond: 0,
    scriptedUsed: 0,
  };
  const server = createServer((request, response) => void serve(state, request, response));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server.address());
  return {
    port,
    url: `http://127.0.0.1:${port}/v1/messages`,
    receipts: state.receipts,
    behave: (next) => {
      state.behaviour = next;
      state.scriptedUsed = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address.port;
}

async function serve(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const fields = fieldsOf(body || new URL(request.url ?? "", "http://sink").search.slice(1));
  const arrivedAt = Date.now();
  const windowOpenMs = arrivedAt < state.closedUntil ? arrivedAt - state.closedAt : 0;
  await pause(state.behaviour.latencyMs ?? 0);
  const now = Date.now();
  const isInsideWindow = now < state.closedUntil;
  const scripted = state.behaviour.scripted?.[state.scriptedUsed];
  const answer = scripted ? "scripted" : decide(state, fields.reference, now);
  const providerReference = state.taken.get(fields.reference) ?? nameOf(fields.reference, state);
  if (answer !== "limited" && answer !== "unavailable" && answer !== "scripted")
    state.taken.set(fields.reference, providerReference);
  state.receipts.push({
    ...fields,
    at: now,
    method: request.method ?? "",
    path: request.url ?? "",
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    body,
    answer,
    providerReference,
    isInsideWindow,
    windowOpenMs,
  });
  if (scripted) state.scriptedUsed += 1;
  reply(response, { answer, scripted, providerReference, isForm: !body.startsWith("{"), state });
}

interface Decision {
  readonly answer: SmsReceipt["answer"];
  readonly scripted: SmsAnswer | undefined;
  readonly providerReference: string;
  readonly isForm: boolean;
  readonly state: State;
}

function reply(response: ServerResponse, decision: Decision): void {
  const { answer, scripted, providerReference, isForm, state } = decision;
  const wait = String(state.behaviour.windowSeconds ?? 1);
  switch (answer) {
    case "scripted":
      response.writeHead(scripted?.status ?? 200, scripted?.headers).end(scripted?.body);
      return;
    case "limited":
      response.writeHead(429, { "Retry-After": wait }).end('{"error":"slow down"}');
      return;
    case "unavailable":
      response.writeHead(503, { "Retry-After": wait }).end("busy");
      return;
    case "silent":
      return;
    case "cut":
      response.socket?.destroy();
      return;
    case "taken":
    case "repeated":
      if (isForm) response.end(`OK ${providerReference}`);
      else
        response.writeHead(201, { "Content-Type": "application/json" }).end(
          JSON.stringify({
            messages: [{ id: providerReference, status: "queued" }],
            ids: [providerReference],
          }),
        );
  }
}

function decide(state: State, reference: string, now: number): SmsReceipt["answer"] {
  const { behaviour } = state;
  const { unavailableShare = 0, silentShare = 0, cutShare = 0 } = behaviour;
  if (now < state.closedUntil) return "limited";
  if (isOverRate(state, now)) {
    closeUntil(state, now);
    return "limited";
  }
  if ((behaviour.isDeduplicating ?? true) && state.taken.has(reference)) return "repeated";
  const tried = state.tries.get(reference) ?? 0;
  state.tries.set(reference, tried + 1);
  const hash = createHash("sha256")
    .update(`${behaviour.seed ?? ""}|${reference}|${tried}`)
    .digest();
  const lot = hash.readUInt32BE(0) / 2 ** 32;
  if (lot < unavailableShare) {
    closeUntil(state, now);
    return "unavailable";
  }
  if (lot < unavailableShare + silentShare) return "silent";
  return lot < unavailableShare + silentShare + cutShare ? "cut" : "taken";
}

function closeUntil(state: State, now: number): void {
  state.closedAt = now;
  state.closedUntil = now + (state.behaviour.windowSeconds ?? 1) * 1_000;
}

function isOverRate(state: State, now: number): boolean {
  const { perSecondMax } = state.behaviour;
  if (perSecondMax === undefined) return false;
  const second = Math.floor(now / 1_000);
  if (second !== state.second) {
    state.second = second;
    state.takenInSecond = 0;
  }
  state.takenInSecond += 1;
  return state.takenInSecond > perSecondMax;
}

function nameOf(reference: string, { tries }: State): string {
  const hash = createHash("sha256").update(`${reference}|${tries.get(reference) ?? 0}`);
  return hash.digest("hex").slice(0, 16);
}

const names = {
  reference: ["reference", "client_reference", "order_id", "tag"],
  to: ["to", "rcpt", "receivers"],
  text: ["text", "data", "message"],
} as const;

/** The fields of a form or of JSON, at any depth, by the names that providers give them. */
function fieldsOf(body: string): Pick<SmsReceipt, "reference" | "to" | "text"> {
  const flat = new Map<string, string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value !== "object" || value === null) {
      if (!flat.has(key)) flat.set(key, String(value));
      return;
    }
    for (const [name, inner] of Object.entries(value))
      walk(inner, Array.isArray(value) ? key : name);
  };
  if (body.startsWith("{")) walk(JSON.parse(body), "");
  else for (const [name, value] of new URLSearchParams(body)) walk(value, name);
  const find = (field: keyof typeof names): string =>
    names[field].map((name) => flat.get(name)).find((value) => value !== undefined) ?? "";
  return { reference: find("reference"), to: find("to"), text: find("text") };
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

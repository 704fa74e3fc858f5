import { createHash } from "node:crypto";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** Where in a conversation a scripted reply is given. */
export type SmtpMoment = "greeting" | "ehlo" | "mail" | "rcpt" | "data" | "content" | "rset";

/** What is said instead of yes; `CUT` closes, `SILENT` never answers, `TRICKLE` answers without ever ending. */
export interface ScriptedReply {
  readonly moment: SmtpMoment;
  /** `450 4.2.0 …`, lines separated by `\n`, or one of the words above. */
  readonly reply: string;
  /** Only for recipients with this in their address; at `rcpt` and after. */
  readonly to?: string;
  /** How often; without limit unless said. */
  readonly times?: number;
}

/** How the server misbehaves; it behaves where nothing is said. */
export interface SmtpBehaviour {
  /** Before each reply. */
  readonly latencyMs?: number;
  /** 450 for each pair of sender and recipient until this long after the first try; 0 refuses the first try only. */
  readonly greylistMs?: number;
  /** Share of messages, 0 to 1, that are taken and then answered with 421 and a cut. */
  readonly cutShare?: number;
  /** Share of messages that are taken and never answered. */
  readonly silentShare?: number;
  /** Share of messages whose answer comes byte by byte and never ends. */
  readonly trickleShare?: number;
  readonly trickleMs?: number;
  readonly scripted?: readonly ScriptedReply[];
  readonly extensions?: readonly string[];
  /** Keeps the messages themselves, not only their ids. */
  readonly keepsContent?: boolean;
  /** Changes which messages the shares hit. */
  readonly seed?: string;
}

/** A message that was taken whole, whatever was answered. */
export interface SmtpReceipt {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Without angle brackets. */
  readonly messageId: string;
  readonly mail: string;
  readonly rcpt: readonly string[];
  readonly answer: "taken" | "cut" | "silent" | "trickle" | "refused";
  readonly content?: string;
}

/** A reply that was no yes, before the message was taken. */
export interface SmtpRefusal {
  readonly at: number;
  readonly moment: SmtpMoment;
  readonly rcpt: readonly string[];
  readonly reply: string;
}

export interface SmtpSink {
  readonly port: number;
  readonly receipts: SmtpReceipt[];
  readonly refusals: SmtpRefusal[];
  /** How many connections were opened, and how many are open. */
  readonly connections: { opened: number; open: number };
  readonly behave: (behaviour: SmtpBehaviour) => void;
  readonly close: () => Promise<void>;
}

interface State extends Omit<SmtpSink, "port" | "close" | "behave"> {
  behaviour: SmtpBehaviour;
  readonly firstTries: Map<string, number>;
  readonly used: Map<ScriptedReply, number>;
  readonly tries: Map<string, number>;
}

/** Starts a mail server on a free port of this machine. It keeps what it takes and delivers nothing. */
export async function startSmtpSink(behaviour: SmtpBehaviour = {}): Promise<SmtpSink> {
  const state: State = {
    behaviour,
    receipts: [],
    refusals: [],
    connections: { opened: 0, open: 0 },
    firstTries: new Map(),
    used: new Map(),
    tries: new Map(),
  };
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    state.connections.opened += 1;
    state.connections.open += 1;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      state.connections.open -= 1;
    });
    converse(state, socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    ...state,
    port: portOf(server.address()),
    behave: (next) => {
      state.behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address.port;
}

interface Session {
  mail: string;
  rcpt: string[];
  /** Bytes of a message under way; undefined between messages. */
  content: Buffer[] | undefined;
}

interface Line {
  readonly socket: Socket;
  readonly session: Session;
}

function converse(state: State, socket: Socket): void {
  const session: Session = { mail: "", rcpt: [], content: undefined };
  let rest: Buffer = Buffer.alloc(0);
  let work = Promise.resolve();
  const then = (step: () => Promise<void>): void => {
    work = work.then(step).catch(() => void socket.destroy());
  };
  then(() => say(state, { socket, session }, { moment: "greeting", usual: "220 sink ESMTP" }));
  socket.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    then(async () => {
      const bytes = rest;
      rest = Buffer.alloc(0);
      rest = Buffer.concat([await consume(state, { socket, session }, bytes), rest]);
    });
  });
}

/** Works on what has come; returns what is not whole yet. */
async function consume(state: State, { socket, session }: Line, bytes: Buffer): Promise<Buffer> {
  let left = bytes;
  while (left.length > 0 && !socket.destroyed) {
    if (session.content) {
      const end = left.indexOf("\r\n.\r\n");
      if (end === -1) {
        // What may be the beginning of the end stays for the next time.
        return left;
      }
      const content = left.subarray(0, end + 2);
      left = left.subarray(end + 5);
      session.content = undefined;
      await takeMessage(
        state,
        { socket, session },
        content.toString("latin1").replace(/^\.\./gm, "."),
      );
      continue;
    }
    const end = left.indexOf("\r\n");
    if (end === -1) return left;
    const line = left.subarray(0, end).toString("latin1");
    left = left.subarray(end + 2);
    await answer(state, { socket, session }, line);
  }
  return left;
}

async function answer(state: State, { socket, session }: Line, line: string): Promise<void> {
  const verb = /^[A-Za-z]+/.exec(line)?.[0].toUpperCase() ?? "";
  const reply = (moment: SmtpMoment, text: string): Promise<void> =>
    say(state, { socket, session }, { moment, usual: text });
  switch (verb) {
    case "EHLO": {
      const extensions = state.behaviour.extensions ?? [
        "PIPELINING",
        "DSN",
        "8BITMIME",
        "SIZE 10000000",
      ];
      const lines = ["sink", ...extensions];
      return reply(
        "ehlo",
        lines.map((one, i) => `250${i === lines.length - 1 ? " " : "-"}${one}`).join("\n"),
      );
    }
    case "MAIL":
      session.mail = line.slice("MAIL FROM:".length);
      session.rcpt = [];
      return reply("mail", "250 2.1.0 Ok");
    case "RCPT":
      session.rcpt.push(line.slice("RCPT TO:".length));
      return reply("rcpt", greylisted(state, session) ?? "250 2.1.5 Ok");
    case "DATA":
      if (session.rcpt.length === 0) return reply("data", "503 5.5.1 Nobody to send to");
      return reply("data", "354 Go ahead");
    case "RSET":
      session.mail = "";
      session.rcpt = [];
      return reply("rset", "250 2.0.0 Ok");
    case "QUIT":
      socket.end("221 2.0.0 Bye\r\n");
      return;
    default:
      return reply("rset", verb === "NOOP" ? "250 2.0.0 Ok" : "500 5.5.2 What?");
  }
}

function greylisted(state: State, { mail, rcpt }: Session): string | undefined {
  const { greylistMs } = state.behaviour;
  if (greylistMs === undefined) return undefined;
  // Servers that greylist know a message by sender and recipient.
  const pair = `${mail}|${rcpt.at(-1) ?? ""}`;
  const first = state.firstTries.get(pair);
  if (first === undefined) state.firstTries.set(pair, Date.now());
  const isOver = first !== undefined && Date.now() - first >= greylistMs;
  return isOver ? undefined : "450 4.2.0 Greylisted, come back later";
}

/** Says one reply after the latency, scripted or as given; the moment's other effects follow from it. */
async function say(
  state: State,
  { socket, session }: Line,
  { moment, usual }: { readonly moment: SmtpMoment; readonly usual: string },
): Promise<void> {
  const text = scriptedReply(state, session, moment) ?? usual;
  await pause(state.behaviour.latencyMs ?? 0);
  // Whoever pipelines says DATA before it knows that nobody is left to send to.
  const isPipelined = moment === "data" && session.rcpt.length === 0;
  if (/^[45]/.test(text)) {
    if (!isPipelined)
      state.refusals.push({ at: Date.now(), moment, rcpt: [...session.rcpt], reply: text });
    if (moment === "rcpt") session.rcpt.pop();
  }
  if (moment === "data" && text.startsWith("354")) session.content = [];
  if (text === "CUT") return void socket.destroy();
  if (text === "SILENT") return new Promise(() => undefined);
  if (text === "TRICKLE") return trickle(state, socket);
  socket.write(
    text
      .split("\n")
      .map((line) => `${line}\r\n`)
      .join(""),
  );
  if (text.startsWith("421")) socket.end();
}

function scriptedReply(state: State, session: Session, moment: SmtpMoment): string | undefined {
  const found = state.behaviour.scripted?.find((one) => {
    const isMeant =
      one.to === undefined || session.rcpt.some((rcpt) => rcpt.includes(one.to ?? ""));
    return one.moment === moment && isMeant && (state.used.get(one) ?? 0) < (one.times ?? Infinity);
  });
  if (found) state.used.set(found, (state.used.get(found) ?? 0) + 1);
  return found?.reply;
}

async function takeMessage(
  state: State,
  { socket, session }: Line,
  content: string,
): Promise<void> {
  const messageId = /^message-id: <([^>\r\n]*)>/im.exec(content)?.[1] ?? "";
  const { behaviour } = state;
  const scripted = scriptedReply(state, session, "content");
  const answer = scripted === undefined ? draw(state, messageId) : readScripted(scripted);
  const { mail, rcpt } = session;
  const kept = behaviour.keepsContent ? { content } : {};
  state.receipts.push({ at: Date.now(), messageId, mail, rcpt: [...rcpt], answer, ...kept });
  await pause(behaviour.latencyMs ?? 0);
  switch (answer) {
    case "taken":
      return void socket.write(`250 2.0.0 Ok: queued as ${queueIdOf(messageId)}\r\n`);
    case "refused":
      return void socket.write(`${scripted ?? ""}\r\n`);
    case "cut":
      if (scripted === "CUT") return void socket.destroy();
      return void socket.end(`${scripted ?? "421 4.3.2 Going away"}\r\n`);
    case "silent":
      return new Promise(() => undefined);
    case "trickle":
      return trickle(state, socket);
  }
}

function readScripted(reply: string): SmtpReceipt["answer"] {
  if (reply === "CUT" || reply.startsWith("421")) return "cut";
  if (reply === "SILENT") return "silent";
  if (reply === "TRICKLE") return "trickle";
  return reply.startsWith("2") ? "taken" : "refused";
}

/** The same message meets another fate at each try, and the same one in each run. */
function draw(state: State, messageId: string): SmtpReceipt["answer"] {
  const { cutShare = 0, silentShare = 0, trickleShare = 0, seed = "" } = state.behaviour;
  const tried = state.tries.get(messageId) ?? 0;
  state.tries.set(messageId, tried + 1);
  const hash = createHash("sha256").update(`${seed}|${messageId}|${tried}`).digest();
  const lot = hash.readUInt32BE(0) / 2 ** 32;
  if (lot < cutShare) return "cut";
  if (lot < cutShare + silentShare) return "silent";
  return lot < cutShare + silentShare + trickleShare ? "trickle" : "taken";
}

function queueIdOf(messageId: string): string {
  return createHash("sha256").update(messageId).digest("hex").slice(0, 10).toUpperCase();
}

/** One byte at a time, so that the connection is never idle and the reply never whole. */
async function trickle({ behaviour }: State, socket: Socket): Promise<void> {
  while (!socket.destroyed) {
    for (const byte of "250-wait\r\n") {
      if (socket.destroyed) return;
      socket.write(byte);
      await pause(behaviour.trickleMs ?? 20);
    }
  }
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

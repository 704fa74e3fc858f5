import { createHash } from "node:crypto";
import { createServer as createPlain, type AddressInfo, type Socket } from "node:net";
import { createServer as createSecure } from "node:tls";
import {
  commands,
  parameter,
  type RawPdu,
  readPdus,
  reader,
  readSubmit,
  responseBit,
  type Submit,
  tags,
  throttled,
  writePdu,
} from "./smpp-codec.ts";

/** How the SMSC misbehaves; it takes every message where nothing is said. */
export interface SmscBehaviour {
  /** Status of the answer to a bind; 0 lets in. */
  readonly bindStatus?: number;
  readonly latencyMs?: number;
  /** Messages it takes per second; what is beyond is answered with ESME_RTHROTTLED. */
  readonly perSecondMax?: number;
  /** Share of messages, 0 to 1, that are taken and never answered. */
  readonly silentShare?: number;
  /** Share of messages that are taken and whose connection is then cut. */
  readonly cutShare?: number;
  /** Statuses instead of taking, in order, each once. */
  readonly statuses?: readonly number[];
  /** Does not answer `enquire_link`. */
  readonly isDeaf?: boolean;
  /** State of the receipt that follows a message for which one was asked; none unless said. */
  readonly receipt?: "DELIVRD" | "UNDELIV" | "EXPIRED" | "ENROUTE" | "REJECTD";
  /** How receipts name messages: by parameter, by text in hexadecimal as the answer, or by text in decimal. */
  readonly receiptBy?: "parameter" | "text" | "decimal_text";
  readonly seed?: string;
}

/** One `submit_sm`, with what was made of it. */
export interface SmscReceipt extends Submit {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly messageId: string;
  readonly answer: "taken" | "throttled" | "silent" | "cut" | "refused";
}

export interface Smsc {
  readonly port: number;
  readonly receipts: SmscReceipt[];
  /** What clients bound as. */
  readonly binds: {
    readonly systemId: string;
    readonly password: string;
    readonly systemType: string;
  }[];
  /** Statuses with which clients answered receipts. */
  readonly receiptAnswers: number[];
  /** How often clients asked for a sign of life. */
  readonly enquiries: () => number;
  readonly behave: (behaviour: SmscBehaviour) => void;
  /** Writes bytes to every client. */
  readonly sendRaw: (bytes: Buffer) => void;
  /** Cuts every connection. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

interface State {
  behaviour: SmscBehaviour;
  readonly receipts: SmscReceipt[];
  readonly binds: Smsc["binds"];
  readonly receiptAnswers: number[];
  enquiries: number;
  second: number;
  takenInSecond: number;
  statusesUsed: number;
  named: number;
}

/** Starts an SMSC on a free port of this machine, with a codec of its own. */
export async function startSmsc(
  behaviour: SmscBehaviour = {},
  certificate?: { readonly key: string; readonly cert: string },
): Promise<Smsc> {
  const state: State = {
    behaviour,
    receipts: [],
    binds: [],
    receiptAnswers: [],
    enquiries: 0,
    second: 0,
    takenInSecond: 0,
    statusesUsed: 0,
    named: 0,
  };
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    readPdus(socket, (pdu) => void answer(state, socket, pdu));
  };
  const server = certificate ? createSecure(certificate, serve) : createPlain(serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: portOf(server.address()),
    receipts: state.receipts,
    binds: state.binds,
    receiptAnswers: state.receiptAnswers,
    enquiries: () => state.enquiries,
    behave: (next) => {
      state.behaviour = next;
      state.statusesUsed = 0;
    },
    sendRaw: (bytes) => {
      for (const socket of sockets) socket.write(bytes);
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return address.port;
}

async function answer(state: State, socket: Socket, pdu: RawPdu): Promise<void> {
  const { behaviour } = state;
  await pause(behaviour.latencyMs ?? 0);
  const respond = (status: number, body: Buffer = Buffer.alloc(0)): void =>
    void socket.write(
      writePdu({
        command: (pdu.command | responseBit) >>> 0,
        status,
        sequence: pdu.sequence,
        body,
      }),
    );
  switch (pdu.command) {
    case commands.bindTransceiver: {
      const fields = reader(pdu.body);
      const [systemId, password, systemType] = [fields.text(), fields.text(), fields.text()];
      state.binds.push({ systemId, password, systemType });
      const status = behaviour.bindStatus ?? 0;
      return respond(status, status === 0 ? Buffer.from("smsc\0") : undefined);
    }
    case commands.enquireLink:
      state.enquiries += 1;
      if (!behaviour.isDeaf) respond(0);
      return;
    case commands.unbind:
      respond(0);
      socket.end();
      return;
    case commands.submitSm:
      takeMessage(state, { socket, respond }, readSubmit(pdu.body));
      return;
    case commands.deliverSm + responseBit:
      state.receiptAnswers.push(pdu.status);
      return;
    default:
      if (pdu.command < responseBit)
        socket.write(
          writePdu({ ...pdu, command: commands.genericNack, status: 3, body: Buffer.alloc(0) }),
        );
  }
}

function takeMessage(
  state: State,
  { socket, respond }: { socket: Socket; respond: (status: number, body?: Buffer) => void },
  submit: Submit,
): void {
  const status = state.behaviour.statuses?.[state.statusesUsed];
  const answered = status === undefined ? decide(state) : status === 0 ? "taken" : "refused";
  if (status !== undefined) state.statusesUsed += 1;
  state.named += 1;
  const messageId = (0xa0000 + state.named).toString(16).toUpperCase();
  state.receipts.push({ ...submit, at: Date.now(), messageId, answer: answered });
  switch (answered) {
    case "silent":
      return;
    case "cut":
      socket.destroy();
      return;
    case "throttled":
      return respond(throttled);
    case "refused":
      return respond(status ?? 0);
    case "taken":
      respond(0, Buffer.from(`${messageId}\0`));
      if (submit.registeredDelivery & 1) sendReceipt(state, socket, messageId);
  }
}

function decide(state: State): SmscReceipt["answer"] {
  const { perSecondMax, silentShare = 0, cutShare = 0, seed = "" } = state.behaviour;
  const second = Math.floor(Date.now() / 1_000);
  if (second !== state.second) {
    state.second = second;
    state.takenInSecond = 0;
  }
  state.takenInSecond += 1;
  if (perSecondMax !== undefined && state.takenInSecond > perSecondMax) return "throttled";
  const hash = createHash("sha256").update(`${seed}|${state.named}`).digest();
  const lot = hash.readUInt32BE(0) / 2 ** 32;
  if (lot < silentShare) return "silent";
  return lot < silentShare + cutShare ? "cut" : "taken";
}

const stateNumbers = { ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, UNDELIV: 5, REJECTD: 8 } as const;

function sendReceipt({ behaviour, named }: State, socket: Socket, messageId: string): void {
  const { receipt, receiptBy = "text" } = behaviour;
  if (receipt === undefined) return;
  const id = receiptBy === "decimal_text" ? String(Number.parseInt(messageId, 16)) : messageId;
  const text =
    receiptBy === "parameter"
      ? ""
      : `id:${id} sub:001 dlvrd:001 submit date:2703030900 done date:2703030901 stat:${receipt} err:000 text:Appuntamen`;
  const parameters =
    receiptBy === "parameter"
      ? [
          parameter(tags.receiptedMessageId, Buffer.from(`${messageId}\0`)),
          parameter(tags.messageState, Buffer.from([stateNumbers[receipt]])),
        ]
      : [];
  const body = Buffer.concat([
    Buffer.from([0, 1, 1]),
    Buffer.from("393331234567\0", "latin1"),
    Buffer.from([5, 0]),
    Buffer.from("Comune\0", "latin1"),
    Buffer.from([0x04, 0, 0, 0, 0, 0, 0, 0, 0, text.length]),
    Buffer.from(text, "latin1"),
    ...parameters,
  ]);
  socket.write(writePdu({ command: commands.deliverSm, status: 0, sequence: 1_000 + named, body }));
}

function pause(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

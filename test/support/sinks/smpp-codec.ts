/** A small codec of SMPP 3.4 for the SMSC of the tests; it shares nothing with the library that is tried. */
import type { Socket } from "node:net";

/** Numbers of commands (SMPP 3.4, 5.1.2.1). */
export const commands = {
  genericNack: 0x80000000,
  bindTransceiver: 0x00000009,
  submitSm: 0x00000004,
  deliverSm: 0x00000005,
  unbind: 0x00000006,
  enquireLink: 0x00000015,
} as const;
/** Set in the command of an answer. */
export const responseBit = 0x80000000;
/** ESME_RTHROTTLED. */
export const throttled = 0x58;

/** Numbers of optional parameters. */
export const tags = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarNumber: 0x020c,
  sarCount: 0x020e,
  sarIndex: 0x020f,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const;

/** A pdu whose body is not read yet. */
export interface RawPdu {
  readonly command: number;
  readonly status: number;
  readonly sequence: number;
  readonly body: Buffer;
}

/** Cuts what comes in into pdus. */
export function readPdus(socket: Socket, onPdu: (pdu: RawPdu) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 16 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0);
      onPdu({
        command: rest.readUInt32BE(4),
        status: rest.readUInt32BE(8),
        sequence: rest.readUInt32BE(12),
        body: rest.subarray(16, length),
      });
      rest = rest.subarray(length);
    }
  });
}

/** A pdu as bytes. */
export function writePdu({ command, status, sequence, body }: RawPdu): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + body.length, 0);
  head.writeUInt32BE(command, 4);
  head.writeUInt32BE(status, 8);
  head.writeUInt32BE(sequence, 12);
  return Buffer.concat([head, body]);
}

/** Reads fields one after the other. */
export function reader(body: Buffer) {
  let at = 0;
  return {
    text: (): string => {
      const end = body.indexOf(0, at);
      const value = body.toString("latin1", at, end);
      at = end + 1;
      return value;
    },
    octet: (): number => body.readUInt8(at++),
    octets: (count: number): Buffer => {
      at += count;
      return body.subarray(at - count, at);
    },
    parameters: (): Map<number, Buffer> => {
      const found = new Map<number, Buffer>();
      while (at + 4 <= body.length) {
        const length = body.readUInt16BE(at + 2);
        found.set(body.readUInt16BE(at), body.subarray(at + 4, at + 4 + length));
        at += 4 + length;
      }
      return found;
    },
  };
}

/** One `submit_sm`. */
export interface Submit {
  readonly to: string;
  readonly toTon: number;
  readonly sender: string;
  readonly senderTon: number;
  readonly text: string;
  readonly dataCoding: number;
  readonly esmClass: number;
  readonly registeredDelivery: number;
  /** Number, count and place of a part; of a header or of parameters. */
  readonly part:
    | { readonly number: number; readonly count: number; readonly index: number }
    | undefined;
  /** `user_message_reference`. */
  readonly reference: number | undefined;
}

/** Reads a `submit_sm`, its text decoded. */
export function readSubmit(body: Buffer): Submit {
  const fields = reader(body);
  fields.text();
  const [senderTon] = [fields.octet(), fields.octet()];
  const sender = fields.text();
  const [toTon] = [fields.octet(), fields.octet()];
  const to = fields.text();
  const [esmClass] = [fields.octet(), fields.octet(), fields.octet()];
  fields.text();
  fields.text();
  const [registeredDelivery, , dataCoding] = [fields.octet(), fields.octet(), fields.octet()];
  fields.octet();
  const short = fields.octets(fields.octet());
  const parameters = fields.parameters();
  const header = esmClass & 0x40 ? short.subarray(0, 1 + short.readUInt8(0)) : undefined;
  const octets = parameters.get(tags.messagePayload) ?? short.subarray(header?.length ?? 0);
  return {
    to,
    toTon,
    sender,
    senderTon,
    text: decode(octets, dataCoding),
    dataCoding,
    esmClass,
    registeredDelivery,
    part: header ? partOfHeader(header) : partOfParameters(parameters),
    reference: parameters.get(tags.userMessageReference)?.readUInt16BE(0),
  };
}

function partOfHeader(header: Buffer): Submit["part"] {
  const [, kind, , number = 0, count = 0, index = 0] = header;
  return kind === 0 ? { number, count, index } : undefined;
}

function partOfParameters(parameters: ReadonlyMap<number, Buffer>): Submit["part"] {
  const number = parameters.get(tags.sarNumber)?.readUInt16BE(0);
  if (number === undefined) return undefined;
  const count = parameters.get(tags.sarCount)?.readUInt8(0) ?? 0;
  return { number, count, index: parameters.get(tags.sarIndex)?.readUInt8(0) ?? 0 };
}

const gsmBasic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const gsmExtension: Readonly<Record<number, string>> = {
  0x0a: "\f",
  0x14: "^",
  0x28: "{",
  0x29: "}",
  0x2f: "\\",
  0x3c: "[",
  0x3d: "~",
  0x3e: "]",
  0x40: "|",
  0x65: "€",
};

function decode(octets: Buffer, dataCoding: number): string {
  if (dataCoding === 8) return Buffer.from(octets).swap16().toString("utf16le");
  let text = "";
  for (let i = 0; i < octets.length; i += 1) {
    const code = octets[i] ?? 0;
    if (code !== 0x1b) text += Array.from(gsmBasic)[code] ?? "?";
    else {
      i += 1;
      text += gsmExtension[octets[i] ?? 0] ?? "?";
    }
  }
  return text;
}

/** An optional parameter as bytes. */
export function parameter(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(tag, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
}

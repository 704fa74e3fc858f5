/** The part of the package `smpp` that is used here; it brings no types of its own. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { ConnectionOptions } from "node:tls";

  /** Fields of a pdu by the names of SMPP 3.4, optional parameters among them. */
  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  export class PDU implements Pdu {
    constructor(command: string, fields?: Readonly<Record<string, unknown>>);
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  export class Session extends EventEmitter {
    /** False when the socket cannot be written to; the pdu is then not sent. */
    send(pdu: Pdu, onResponse?: (pdu: Pdu) => void): boolean;
    close(): void;
    destroy(): void;
  }

  export function connect(options: ConnectionOptions & { readonly tls: boolean }): Session;
}

/** An SMSC and how it is spoken to (SMPP 3.4). */
export interface SmppSettings {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
  /** Messages that wait for their answer at most. */
  readonly window: number;
  /** How often a quiet connection is tried. */
  readonly enquireLinkMs: number;
  /** How a long text travels: parts with a header, parts with parameters, or in one piece that the SMSC cuts. */
  readonly partsBy: "udh" | "sar" | "payload";
  /** Whether receipts name messages as the answers did, or in decimal what the answers said in hexadecimal. */
  readonly receiptIds: "same" | "decimal";
  /** Whether our reference, shortened to 16 bits, goes along as `user_message_reference`. */
  readonly isReferenceSent: boolean;
  /** PEM of an authority trusted instead of the system's. */
  readonly authority?: string;
}

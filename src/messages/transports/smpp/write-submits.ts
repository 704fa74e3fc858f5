import { createHash } from "node:crypto";
import { encodeGsm } from "../../content/sms/gsm-alphabet.ts";
import { splitSms } from "../../content/sms/split-sms.ts";
import type { OutgoingSms } from "../transport.ts";
import type { SmppSettings } from "./smpp-settings.ts";

/** Fields of one `submit_sm`. */
export type SubmitFields = Readonly<Record<string, string | number | Buffer>>;

const udhIndicator = 0x40;
const codings = { gsm7: 0x00, ucs2: 0x08 } as const;
const international = { ton: 1, npi: 1 } as const;

/**
 * Writes what hands an SMS over, one `submit_sm` per part and in order. Parts are joined by a number that follows from the
 * reference, so that parts sent again complete the message instead of beginning another. A receipt is asked for the last
 * part, which goes out when the others have.
 */
export function writeSubmits(
  sms: OutgoingSms,
  { partsBy, isReferenceSent }: Pick<SmppSettings, "partsBy" | "isReferenceSent">,
): SubmitFields[] {
  const { encoding, parts } = splitSms(sms.text.toWellFormed());
  const number = createHash("sha256").update(sms.reference).digest().readUInt16BE(0);
  const common = {
    ...sourceOf(sms.sender),
    dest_addr_ton: international.ton,
    dest_addr_npi: international.npi,
    destination_addr: sms.to.replace(/^\+/, ""),
    data_coding: codings[encoding],
    ...(isReferenceSent ? { user_message_reference: number } : {}),
  };
  const whole = encode(sms.text.toWellFormed(), encoding);
  if (parts.length === 1)
    return [{ ...common, esm_class: 0, registered_delivery: 1, short_message: whole }];
  if (partsBy === "payload")
    return [
      {
        ...common,
        esm_class: 0,
        registered_delivery: 1,
        short_message: Buffer.alloc(0),
        message_payload: whole,
      },
    ];
  return parts.map((text, i) => ({
    ...common,
    registered_delivery: i === parts.length - 1 ? 1 : 0,
    ...partFields(encode(text, encoding), { number, count: parts.length, index: i + 1, partsBy }),
  }));
}

function partFields(
  text: Buffer,
  {
    number,
    count,
    index,
    partsBy,
  }: {
    readonly number: number;
    readonly count: number;
    readonly index: number;
    readonly partsBy: "udh" | "sar";
  },
): SubmitFields {
  if (partsBy === "sar")
    return {
      esm_class: 0,
      short_message: text,
      sar_msg_ref_num: number,
      sar_total_segments: count,
      sar_segment_seqnum: index,
    };
  // 3GPP TS 23.040, 9.2.3.24.1: concatenation with an 8-bit number.
  const header = Buffer.from([5, 0, 3, number & 0xff, count, index]);
  return { esm_class: udhIndicator, short_message: Buffer.concat([header, text]) };
}

function encode(text: string, encoding: "gsm7" | "ucs2"): Buffer {
  const septets = encoding === "gsm7" ? encodeGsm(text) : undefined;
  // SMPP sends UCS-2 with the high octet first.
  return septets ?? Buffer.from(text, "utf16le").swap16();
}

/** Names are alphanumeric (5), short codes national (3 would be a network's own; operators expect 0), numbers international. */
function sourceOf(sender: string): SubmitFields {
  const digits = sender.replace(/^\+/, "");
  if (!/^\d+$/.test(digits)) return { source_addr_ton: 5, source_addr_npi: 0, source_addr: sender };
  const isShort = digits.length <= 6 && !sender.startsWith("+");
  return {
    source_addr_ton: isShort ? 0 : international.ton,
    source_addr_npi: isShort ? 0 : international.npi,
    source_addr: digits,
  };
}

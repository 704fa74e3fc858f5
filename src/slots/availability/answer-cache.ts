import { hash } from "node:crypto";

/** An answer as it is sent, and the hash of it. */
export interface Answer {
  /** Long ones are encoded once, as UTF-8; a short text goes out with its headers in one piece. */
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** A strong validator (RFC 9110, 8.8.3), quoted. */
  readonly etag: string;
}

/** Texts of answers that are the same as long as the parts they were made of are the very same objects. */
export interface AnswerCache {
  readonly get: (name: string, parts: readonly object[], write: () => string) => Answer;
}

interface Kept {
  readonly parts: readonly object[];
  readonly answer: Answer;
}

const entriesMax = 5_000;
const bytesMax = 32 * 1024 * 1024;
const encodedFrom = 4_096;
const utf8 = new TextEncoder();

/** Makes an empty cache of at most 5,000 answers and 32 MB; the oldest leave first. */
export function createAnswerCache(): AnswerCache {
  const known = new Map<string, Kept>();
  let bytes = 0;
  const forget = (name: string): void => {
    bytes -= known.get(name)?.answer.body.length ?? 0;
    known.delete(name);
  };
  return {
    get: (name, parts, write) => {
      const kept = known.get(name);
      if (kept && isSame(kept.parts, parts)) return kept.answer;
      const text = write();
      const body = text.length < encodedFrom ? text : utf8.encode(text);
      const answer = { body, etag: `"${hash("sha1", body, "hex")}"` };
      forget(name);
      known.set(name, { parts, answer });
      bytes += body.length;
      for (const oldest of known.keys()) {
        if (known.size <= entriesMax && bytes <= bytesMax) break;
        forget(oldest);
      }
      return answer;
    },
  };
}

function isSame(a: readonly object[], b: readonly object[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

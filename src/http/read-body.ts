import { createMiddleware } from "hono/factory";
import { DomainError, invalidRequest } from "../errors.ts";
import type { AppContext, AppEnv } from "./app-env.ts";
import { contentTooLarge, malformedRequest, unsupportedMediaType } from "./problem-types.ts";
import { findJsonFault, type JsonFault } from "./scan-json.ts";

/** Bytes that a request's body may have. */
const bodyBytesMax = 65_536;

/**
 * Reads the body once, at most 64 KB of it, and refuses before any schema what no schema can see:
 * sizes, encodings, bytes that are not UTF-8, and JSON that `findJsonFault` or the parser refuses.
 */
export function readBody() {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") await checkBody(c);
    await next();
  });
}

async function checkBody(c: AppContext): Promise<void> {
  refuseEncoding(c.req.header("content-encoding"), c.req.header("content-type"));
  const bytes = await readBytes(c);
  // Hono's validators take the body from this cache, as a promise; it is filled the way `c.req.text()` does it.
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) });
  const text = decode(bytes);
  // Many clients state JSON with every request, also where there is no body; where one is needed its schema asks for it.
  if (text !== "" && isJson(c.req.header("content-type"))) {
    refuseUnfitJson(text);
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
  }
}

function refuseEncoding(
  contentEncoding: string | undefined,
  contentType: string | undefined,
): void {
  if (contentEncoding && contentEncoding.toLowerCase() !== "identity") {
    throw new DomainError(unsupportedMediaType, "Compressed bodies are not accepted.");
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(contentType ?? "")?.[1];
  if (charset && !/^(utf-?8|us-ascii)$/i.test(charset)) {
    throw new DomainError(unsupportedMediaType, "Bodies must be in UTF-8.");
  }
}

async function readBytes(c: AppContext): Promise<ArrayBuffer> {
  const declared = c.req.header("content-length");
  // Node refuses bodies that differ from their declared length, so a small one can be read in one go.
  if (declared !== undefined) {
    if (!(Number(declared) <= bodyBytesMax)) throw tooLarge();
    return c.req.raw.arrayBuffer();
  }
  return readAtMost(c.req.raw.body, bodyBytesMax);
}

/** Reads a body that may have so many bytes; throws `content-too-large` at the first one more. */
export async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes.buffer;
}

function tooLarge(): DomainError {
  return new DomainError(contentTooLarge, "The request's body is larger than is read here.");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

function decode(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new DomainError(malformedRequest, "The request's body is not valid UTF-8.", { cause });
  }
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/([\w.-]+\+)?json\b/i.test(contentType);
}

function refuseUnfitJson(text: string): void {
  const fault = findJsonFault(text);
  if (fault === "forbidden-character") {
    throw new DomainError(invalidRequest, sentences[fault], {
      facts: {
        errors: [{ in: "body", path: "", message: "must not contain NUL or half a character" }],
      },
    });
  }
  if (fault) throw new DomainError(malformedRequest, sentences[fault]);
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new DomainError(malformedRequest, sentences.malformed, { cause });
  }
}

const sentences: Record<JsonFault, string> = {
  "too-deep": "The request's JSON is nested too deeply.",
  "repeated-key": "The request's JSON names a key twice in one object.",
  "forbidden-key": "The request's JSON has a key that is not allowed.",
  "forbidden-character": "The request contains characters that are not allowed.",
  malformed: "The request's body is not well-formed JSON.",
};

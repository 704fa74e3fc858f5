import { gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { sendRaw } from "../support/raw-http.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const { adminKey } = app;
const base = `/v1/${app.tenant.slug}`;
const { port, url } = await app.serve();

/** A POST whose body is sent as it is. */
function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) {
  return app.request(`${base}/api-keys`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${adminKey}`,
      "Content-Type": "application/json",
      ...headers,
    },
    body,
  });
}

const goodKey = { kind: "publishable", name: "x" };
const levels = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("bodies", () => {
  test.each([
    ["malformed JSON", "{", 400],
    ["an empty body", "", 400],
    ["two values", "{}{}", 400],
    ["infinity", '{"name": 1e309x}', 400],
    ["a key twice", '{"kind":"publishable","kind":"secret","name":"x"}', 400],
    ["__proto__", '{"__proto__":{"kind":"publishable"},"name":"x"}', 400],
    ["constructor", '{"constructor":{"prototype":{}},"name":"x"}', 400],
    ["33 levels", levels(33), 400],
    ["30,000 levels", levels(30_000), 400],
    ["NUL", '{"kind":"publishable","name":"a\\u0000b"}', 422],
    ["half a surrogate pair", '{"kind":"publishable","name":"a\\ud800b"}', 422],
    ["a control character", '{"kind":"publishable","name":"a\\u001bb"}', 422],
    ["null", "null", 422],
    ["an array", "[]", 422],
    ["a number", "1e309", 422],
    ["a string", '"x"', 422],
    ["a huge number for text", `{"kind":"publishable","name":${2 ** 53}}`, 422],
  ])("%s is answered with the problem's status", async (_name, body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  test("bytes that are not UTF-8 are malformed", async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"kind":"publishable","name":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    expect((await post(bytes)).status).toBe(400);
  });

  test("right-to-left, joiners, emoji and either normal form are text like any other, kept in NFC", async () => {
    const name = "\u05d0\u200d\u{1F469}\u200D\u{1F33E} Cafe\u0301";
    const answer = await post(JSON.stringify({ ...goodKey, name }));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ name: name.normalize("NFC") });
  });

  test("5 million levels are refused", async () => {
    const body = levels(2_500_000);
    const answer = await post(body);
    expect(answer.status).toBe(413);
  });

  test("64 KB are read and one byte more is too large", async () => {
    const padded = (length: number) => JSON.stringify(goodKey).padEnd(length, " ");
    expect((await post(padded(65_536))).status).toBe(201);
    expect((await post(padded(65_537))).status).toBe(413);
  });

  test.each([
    ["text", "text/plain"],
    ["a form", "application/x-www-form-urlencoded"],
    ["nonsense", "nonsense"],
    ["another charset", "application/json; charset=utf-16"],
  ])("%s instead of JSON is an unsupported media type", async (_name, type) => {
    expect((await post(JSON.stringify(goodKey), { "Content-Type": type })).status).toBe(415);
  });

  test("a body without a type is an unsupported media type", async () => {
    const answer = await app.request(`${base}/api-keys`, {
      method: "POST",
      headers: { Authorization: `Bearer ${adminKey}` },
      body: new Uint8Array(Buffer.from(JSON.stringify(goodKey))),
    });
    expect(answer.status).toBe(415);
  });

  test("a compressed body is refused unread", async () => {
    const body = gzipSync(JSON.stringify(goodKey));
    expect((await post(body, { "Content-Encoding": "gzip" })).status).toBe(415);
  });

  test("an invalid body names its fields", async () => {
    const answer = await post('{"kind":"other","name":"","x":1}');
    expect(answer.status).toBe(422);
    const faults = z.object({
      errors: z.array(z.object({ in: z.literal("body"), path: z.string() })),
    });
    const paths = answer.as(faults).errors.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["kind", "name"]));
  });
});

describe("addresses", () => {
  test.each([
    ["NUL in the path", `${base}/api%00keys`, 400],
    ["NUL in the query", `${base}/api-keys?cursor=%00`, 400],
    ["broken percent-encoding in the path", `${base}/%E0%A4%A`, 400],
    ["broken percent-encoding in the query", `${base}/api-keys?limit=%ZZ`, 400],
    ["bytes that are not UTF-8", `${base}/api-keys?cursor=%ff`, 400],
    ["an unknown query parameter", `${base}/api-keys?colour=red`, 422],
    ["a repeated query parameter", `${base}/api-keys?limit=1&limit=2`, 422],
    ["__proto__ as a query parameter", `${base}/api-keys?__proto__=1`, 422],
    ["a limit out of range", `${base}/api-keys?limit=201`, 422],
    ["a limit that is no integer", `${base}/api-keys?limit=1e1`, 422],
    ["a limit of 2^53", `${base}/api-keys?limit=9007199254740992`, 422],
    ["minus zero", `${base}/api-keys?limit=-0`, 422],
    ["a cursor that is not ours", `${base}/api-keys?cursor=AAAA`, 422],
    ["an unknown route", `${base}/no-such-thing`, 404],
    ["an unknown route outside the API", "/no-such-thing", 404],
    ["an unknown tenant", "/v1/no-such-tenant", 404],
    ["a tenant that cannot be", "/v1/UPPER", 404],
    ["no tenant", "/v1/", 404],
  ])("%s is answered with the problem's status", async (_name, path, status) => {
    const answer = await app.request(path, { headers: { Authorization: `Bearer ${adminKey}` } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  });

  test("a known address with another method is 405 and names the methods it has", async () => {
    const answer = await app.request(`${base}/api-keys`, { method: "PUT" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, POST, HEAD, OPTIONS");
    expect((await app.request("/livez", { method: "POST" })).status).toBe(405);
  });

  test("every problem's type resolves to a page that says what to do", async () => {
    const answer = await app.request("/nowhere");
    const { type } = answer.as(z.object({ type: z.url() }));
    const page = await app.request(new URL(type).pathname);
    expect(page.status).toBe(200);
    expect(page.text).toContain("What to do");
    const index = await app.request("/problems");
    expect(index.text).toContain("/problems/invalid-request");
  });
});

describe("headers of answers", () => {
  test("a request id that is sane is kept and any other replaced", async () => {
    const kept = await app.request("/livez", { headers: { "X-Request-Id": "my-request-0001" } });
    expect(kept.headers.get("x-request-id")).toBe("my-request-0001");
    const replaced = await app.request("/livez", { headers: { "X-Request-Id": "a b<script>" } });
    expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("answers and refusals forbid framing, sniffing and caching", async () => {
    for (const path of [base, "/nowhere"]) {
      const { headers } = await app.request(path);
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("pages of other sites may read the API, without credentials", async () => {
    const preflight = await app.request(`${base}/api-keys`, {
      method: "OPTIONS",
      headers: { Origin: "https://comune.example", "Access-Control-Request-Method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
    const refusal = await app.request("/v1/no-such-tenant", {
      headers: { Origin: "https://comune.example" },
    });
    expect(refusal.headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("reference", () => {
  test.each(["/docs", "/problems", "/problems/not-found"])(
    "%s loads nothing from anywhere",
    async (path) => {
      const { text, headers } = await app.request(path);
      expect(text).not.toMatch(/<(script|link|img|iframe)\b|@import|url\(/i);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    },
  );

  test.each(["/docs", "/problems", "/problems/not-found"])("%s is valid HTML", async (path) => {
    const { text } = await app.request(path);
    const { results } = await new HtmlValidate({
      extends: ["html-validate:recommended"],
    }).validateString(text);
    expect(results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
  });

  test("the reference page describes every operation of the document", async () => {
    const document = await app.request("/openapi.json");
    const ids = [...document.text.matchAll(/"operationId":"(\w+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    const { text } = await app.request("/docs");
    expect(ids.filter((id) => !text.includes(`id="${id}"`))).toEqual([]);
  });
});

describe("on a socket", () => {
  const get = `GET ${base} HTTP/1.1\r\n`;
  const postTo = `POST ${base}/api-keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${adminKey}\r\nContent-Type: application/json\r\n`;

  test.each([
    ["two hosts", `${get}Host: a\r\nHost: b\r\nConnection: close\r\n\r\n`, 400],
    ["no host", `${get}Connection: close\r\n\r\n`, 400],
    ["a host that is none", `${get}Host: a/b?c\r\nConnection: close\r\n\r\n`, 400],
    [
      "two keys",
      `${get}Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\nConnection: close\r\n\r\n`,
      400,
    ],
    [
      "length and chunks",
      `${postTo}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["two lengths", `${postTo}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ["a length that is none", `${postTo}Content-Length: -1\r\n\r\n`, 400],
    ["a length with a sign", `${postTo}Content-Length: +2\r\n\r\n{}`, 400],
    ["a broken chunk", `${postTo}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`, 400],
    ["headers of 20 KB", `${get}Host: a\r\nX-Padding: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["a method that is none", `FROB ${base} HTTP/1.1\r\nHost: a\r\n\r\n`, 400],
    ["no HTTP at all", "hello\r\n\r\n", 400],
    ["a raw NUL in the path", `GET /v1/a\0b HTTP/1.1\r\nHost: a\r\n\r\n`, 400],
    [
      "a compressed body",
      `${postTo}Content-Encoding: gzip\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde`,
      415,
    ],
    [
      "a declared gigabyte",
      `${postTo}Content-Length: 1000000000\r\nConnection: close\r\n\r\n{`,
      413,
    ],
  ])("%s are refused", async (_name, text, status) => {
    const answer = await sendRaw(port, [text]);
    expect(answer.status).toBe(status);
    expect(answer.head).toContain("application/problem+json");
  });

  test("an endless chunked body is cut off at 64 KB", async () => {
    const chunk = `4000\r\n${" ".repeat(0x4000)}\r\n`;
    const endless = function* () {
      yield `${postTo}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
      for (let sent = 0; sent < 2 ** 30; sent += 0x4000) yield chunk;
    };
    const answer = await sendRaw(port, endless());
    expect(answer.status).toBe(413);
  });

  test("a chunked body that fits is read like any other", async () => {
    const body = JSON.stringify(goodKey);
    const answer = await sendRaw(port, [
      `${postTo}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ]);
    expect(answer.status).toBe(201);
  });

  test("after all that the service still answers", async () => {
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(url + base)).status).toBe(200);
    expect(app.faults).toEqual([]);
  });
});

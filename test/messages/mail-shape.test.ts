import {
  createPublicKey,
  createVerify,
  generateKeyPairSync,
  createHash,
  type KeyObject,
} from "node:crypto";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { composeMail } from "../../src/messages/transports/email/compose-mail.ts";
import type { OutgoingEmail } from "../../src/messages/transports/transport.ts";
import { sampleMail } from "./sample-mail.ts";

const plain = { returnPath: undefined, dkim: undefined };

async function write(changes: Partial<OutgoingEmail> = {}, settings = plain): Promise<string> {
  const mail = await composeMail(sampleMail("m1", changes), settings);
  if (typeof mail === "string") throw new Error(`Not written: ${mail}`);
  return mail.bytes.toString("latin1");
}

/** Headers of a message, unfolded, by lower-case name. */
function headersOf(raw: string): Map<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replaceAll(/\r\n[ \t]+/g, " ");
  return new Map(
    head.split("\r\n").map((line) => {
      const [name = "", value = ""] = line.split(/: ?(.*)/s);
      return [name.toLowerCase(), value] as const;
    }),
  );
}

describe("an e-mail", () => {
  test("says that a machine sent it, in which language, and how to be left alone in one click", async () => {
    const headers = headersOf(await write());
    expect(headers.get("message-id")).toBe("<m1@mail.example.org>");
    expect(headers.get("auto-submitted")).toBe("auto-generated");
    expect(headers.get("content-language")).toBe("it");
    expect(headers.get("list-unsubscribe")).toBe(
      "<https://appointments.example.org/m/token/reminders>",
    );
    expect(headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(headers.has("in-reply-to")).toBe(false);
    expect(headers.has("x-mailer")).toBe(false);
  });

  test("promises no one click over plain http, and nothing where there is no address", async () => {
    const insecure = headersOf(
      await write({ listUnsubscribe: { url: "http://localhost:3000/m/x" } }),
    );
    expect(insecure.get("list-unsubscribe")).toBe("<http://localhost:3000/m/x>");
    expect(insecure.has("list-unsubscribe-post")).toBe(false);
    const none = headersOf(await write({ listUnsubscribe: { url: "javascript:alert(1)" } }));
    expect(none.has("list-unsubscribe")).toBe(false);
  });

  test("has text, HTML and calendar as alternatives, and the calendar once more as a file", async () => {
    const parsed = await PostalMime.parse(await write());
    expect(parsed.text?.trim()).toBe("Gentile Anna,\n\nL’aspettiamo il 3 marzo alle 9:00.");
    expect(parsed.html).toContain("<p>Gentile Anna,</p>");
    const raw = await write();
    const boundary = /multipart\/mixed;\s*boundary="([^"]+)"/.exec(raw)?.[1];
    const alternative = /multipart\/alternative;\s*boundary="([^"]+)"/.exec(raw)?.[1];
    expect(boundary).toBeDefined();
    expect(alternative).toBeDefined();
    const types = [
      ...raw.matchAll(/^Content-Type: ([^;\r\n]+(?:; charset=utf-8; method=[A-Z]+)?)/gm),
    ];
    expect(types.map(([, type]) => type)).toEqual([
      "multipart/mixed",
      "multipart/alternative",
      "text/plain",
      "text/html",
      "text/calendar; charset=utf-8; method=REQUEST",
      "application/ics",
    ]);
    expect(raw).toMatch(/Content-Disposition: attachment; filename=appointment\.ics/);
  });

  test("without a calendar is text and HTML", async () => {
    const { calendar: _, ...mail } = sampleMail("m1");
    const composed = await composeMail(mail, plain);
    const raw = typeof composed === "string" ? composed : composed.bytes.toString();
    expect([...raw.matchAll(/^Content-Type: ([^;\r\n]+)/gm)].map(([, type]) => type)).toEqual([
      "multipart/alternative",
      "text/plain",
      "text/html",
    ]);
  });

  test("travels with the return path given, in which the id tells bounces apart", async () => {
    const settings = { ...plain, returnPath: "bounces+{id}@mail.example.org" };
    const mail = await composeMail(sampleMail("m1"), settings);
    expect(mail).toMatchObject({
      envelope: {
        from: "bounces+m1@mail.example.org",
        to: "anna@citizen.example",
        envelopeId: "m1",
      },
    });
  });

  test("reads no file and no address, whatever its parts look like", async () => {
    const raw = await write({
      text: "file:///etc/hostname",
      html: '<img src="http://127.0.0.1:1/x">',
    });
    expect(raw).toContain("file:///etc/hostname");
    expect(raw).toContain("127.0.0.1:1/x");
  });
});

/** Verifies a DKIM signature (RFC 6376, relaxed/relaxed, rsa-sha256) with nothing but a hash and a key. */
function isSignedBy(raw: string, key: KeyObject): boolean {
  const split = raw.indexOf("\r\n\r\n");
  const lines = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const signature = lines.find((line) => /^dkim-signature:/i.test(line)) ?? "";
  const tags = new Map(
    signature
      .slice(signature.indexOf(":") + 1)
      .split(";")
      .map((tag) => {
        const [name = "", value = ""] = tag.split(/=(.*)/s);
        return [name.trim(), value.replaceAll(/\s+/g, "")] as const;
      }),
  );
  const relaxedLine = (line: string): string => {
    const [name = "", value = ""] = line.split(/:(.*)/s);
    return `${name.toLowerCase().trim()}:${value
      .replaceAll(/\r\n/g, "")
      .replaceAll(/[ \t]+/g, " ")
      .trim()}`;
  };
  const body = raw
    .slice(split + 4)
    .split("\r\n")
    .map((line) => line.replaceAll(/[ \t]+/g, " ").replace(/ $/, ""))
    .join("\r\n")
    .replace(/(?:\r\n)*$/, "\r\n");
  const bodyHash = createHash("sha256").update(body, "latin1").digest("base64");
  if (bodyHash !== tags.get("bh")) return false;
  const signed = (tags.get("h") ?? "").split(":").flatMap((name) => {
    const found = lines.findLast((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
    return found === undefined ? [] : [relaxedLine(found)];
  });
  const own = relaxedLine(signature).replace(/b=[A-Za-z0-9+/= ]+(?=;|$)/, (tag) =>
    tag.startsWith("b=") ? "b=" : tag,
  );
  const verifier = createVerify("RSA-SHA256").update([...signed, own].join("\r\n"), "latin1");
  return verifier.verify(key, tags.get("b") ?? "", "base64");
}

describe("a signed e-mail", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const dkim = { domain: "mail.example.org", selector: "s1", privateKey };

  test("verifies, and does not once a byte is changed; the ways to be left alone are signed too", async () => {
    const mail = await composeMail(sampleMail("m1"), { returnPath: undefined, dkim });
    const raw = typeof mail === "string" ? "" : mail.bytes.toString("latin1");
    const key = createPublicKey(publicKey);
    expect(isSignedBy(raw, key)).toBe(true);
    expect(isSignedBy(raw.replace("Gentile", "Gentilf"), key)).toBe(false);
    expect(isSignedBy(raw.replace(/^Subject: /m, "Subject: x"), key)).toBe(false);
    const signature = headersOf(raw).get("dkim-signature") ?? "";
    const names = (/ h=([^;]+)/.exec(signature)?.[1] ?? "")
      .toLowerCase()
      .replaceAll(/\s/g, "")
      .split(":");
    expect(names).toEqual(
      expect.arrayContaining([
        "from",
        "to",
        "subject",
        "message-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
      ]),
    );
  });
});

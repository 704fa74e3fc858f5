import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { createCatalogCalls, problemOf } from "../support/catalog-calls.ts";
import type { ApiAnswer } from "../support/test-app.ts";

const calls = await createCatalogCalls();
const { app } = calls;
afterAll(() => app.close());

const path = "/message-templates/reminder/sms/it";

function preview(at: string, body: object = {}): Promise<ApiAnswer> {
  return app.api("POST", at, { key: app.adminKey, body });
}

describe("previews", () => {
  const email = z.object({ subject: z.string(), text: z.string(), html: z.string() });
  const sms = z.looseObject({
    text: z.string(),
    encoding: z.string(),
    units: z.number(),
    parts: z.array(z.string()),
  });

  test("show an e-mail as subject, text and HTML, with the administration's name", async () => {
    const at = "/message-templates/reminder/email/de/preview";
    const shown = (await preview(at)).as(email.extend({ channel: z.string() }));
    expect(shown.subject).toContain("Erinnerung");
    expect(shown.text).toContain("Gemeinde comune-prova");
    expect(shown.html).toContain('<html lang="de"');
  });

  test("show an e-mail about a service with its name in the body and not in the subject", async () => {
    const { id } = await calls.addService({ name: { it: "Consultorio familiare" } });
    const at = `/message-templates/reminder/email/it/preview?service=${id}`;
    const shown = (await preview(at)).as(email.extend({ channel: z.string() }));
    expect(shown.text).toContain("Consultorio familiare");
    expect(shown.subject).not.toContain("Consultorio");
  });

  test("show an SMS with its encoding, its units and what each part says", async () => {
    const shown = (await preview(`${path}/preview`)).as(sms);
    expect(shown.parts.join("")).toBe(shown.text);
    expect(shown).toMatchObject({ encoding: "gsm7", units: shown.text.length });
  });

  test("show a draft that is not saved, with and without transliteration", async () => {
    const content = { channel: "sms", text: "Łódź {{ date_short }} {{ time }}" };
    const plain = (await preview(`${path}/preview`, { content })).as(sms);
    expect([plain.encoding, plain.text.slice(0, 4)]).toEqual(["gsm7", "Lodz"]);
    const body = { content, transliterate: false };
    const kept = (await preview(`${path}/preview`, body)).as(sms);
    expect([kept.encoding, kept.text.slice(0, 4)]).toEqual(["ucs2", "Łódź"]);
    expect((await app.api("GET", path, { key: app.adminKey })).body).toMatchObject({ version: 0 });
  });

  test("refuse a draft that could not be saved", async () => {
    const body = { content: { channel: "sms", text: "{{ nome }}" } };
    expect(problemOf(await preview(`${path}/preview`, body))).toBe("template-not-valid");
  });
});

const operations = [
  ["GET", "/message-kinds"],
  ["GET", "/message-templates"],
  ["GET", path],
  ["PUT", path],
  ["DELETE", path],
  ["GET", `${path}/versions`],
  ["GET", `${path}/versions/1`],
  ["POST", `${path}/restore`],
  ["POST", `${path}/preview`],
] as const;

describe.each(operations)("%s %s", (method, at) => {
  const sent = method === "PUT" || method === "POST" ? { body: {} } : {};

  test("is refused to whoever is not signed in", async () => {
    const answer = await app.api(method, at, sent);
    expect([answer.status, problemOf(answer)]).toEqual([401, "not-signed-in"]);
  });

  test("is refused to widgets and to keys of other scopes", async () => {
    const made = await calls.post("/api-keys", {
      kind: "secret",
      name: "Catalogue",
      scopes: ["catalog", "appointments"],
    });
    const { token } = made.as(z.looseObject({ token: z.string() }));
    for (const key of [app.widgetKey, token]) {
      const answer = await app.api(method, at, { key, ...sent });
      expect([answer.status, problemOf(answer)]).toEqual([403, "not-allowed"]);
    }
  });
});

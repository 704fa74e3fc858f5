import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { messageKinds } from "../../src/messages/message.ts";
import { createCatalogCalls, newCode, page, problem, problemOf } from "../support/catalog-calls.ts";
import type { ApiAnswer } from "../support/test-app.ts";

const calls = await createCatalogCalls();
const { app } = calls;
afterAll(() => app.close());

const template = z.looseObject({
  origin: z.string(),
  version: z.number(),
  service_id: z.string().nullable(),
  content: z.looseObject({ channel: z.string(), text: z.string().optional() }),
});
const versions = z.object({
  items: z.array(
    z.looseObject({
      version: z.number(),
      is_shipped: z.boolean(),
      restored_from: z.number().nullable(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
const path = "/message-templates/reminder/sms/it";
const text = (word: string) => ({
  channel: "sms",
  text: `${word} {{ date_short }} {{ time }}`,
});

interface Asked {
  readonly key?: string;
  readonly body?: unknown;
}

function ask(
  method: string,
  at: string,
  { key = app.adminKey, body }: Asked = {},
): Promise<ApiAnswer> {
  return app.api(method, at, { key, ...(body === undefined ? {} : { body }) });
}

function put(word: string, version: number, at = path): Promise<ApiAnswer> {
  return ask("PUT", at, { body: { content: text(word), version } });
}

async function textAt(at = path): Promise<string | undefined> {
  return (await ask("GET", at)).as(template).content.text;
}

beforeEach(async () => {
  await app.sql("DELETE FROM message_template_versions");
  await app.sql("DELETE FROM message_templates");
});

test("every kind says per channel which placeholders its templates have", async () => {
  const kinds = z.object({
    items: z.array(
      z.object({
        kind: z.string(),
        channels: z.array(
          z.looseObject({
            channel: z.string(),
            placeholders: z.array(z.looseObject({ name: z.string(), is_in_subject: z.boolean() })),
          }),
        ),
      }),
    ),
  });
  const { items } = (await ask("GET", "/message-kinds")).as(kinds);
  expect(items.map(({ kind }) => kind)).toEqual([...messageKinds]);
  const [email, sms] = items[0]?.channels ?? [];
  const service = email?.placeholders.find(({ name }) => name === "service");
  expect(service?.is_in_subject).toBe(false);
  expect(sms?.placeholders.map(({ name }) => name)).not.toContain("service");
});

describe("the template that holds", () => {
  test("is the shipped one where nothing was written", async () => {
    const shipped = (await ask("GET", path)).as(template);
    expect(shipped).toMatchObject({ origin: "shipped", version: 0, service_id: null });
    expect(shipped.content.text).toContain("Promemoria");
  });

  test("is the administration's own from the moment it is written", async () => {
    expect((await put("Ours", 0)).as(template)).toMatchObject({ origin: "tenant", version: 1 });
    expect(await textAt()).toContain("Ours");
    expect(await textAt("/message-templates/reminder/sms/de")).toContain("Erinnerung");
  });

  test("is the service's own for the service, by id or code, and the administration's for others", async () => {
    const code = newCode();
    const { id } = await calls.addService({ code });
    const other = await calls.addService();
    await put("Ours", 0);
    const own = (await put("For it", 0, `${path}?service=${code}`)).as(template);
    expect(own).toMatchObject({ origin: "service", version: 1, service_id: id });
    expect(await textAt(`${path}?service=${id}`)).toContain("For it");
    expect((await ask("GET", `${path}?service=${other.id}`)).as(template)).toMatchObject({
      origin: "tenant",
      version: 0,
    });
    expect(await textAt()).toContain("Ours");
  });

  test("is listed without its text, the shipped ones not at all", async () => {
    await put("Ours", 0);
    await put("Uns", 0, "/message-templates/reminder/sms/de");
    await ask("DELETE", "/message-templates/reminder/sms/de");
    const list = z.object({ items: z.array(z.looseObject({ language: z.string() })) });
    const { items } = (await ask("GET", "/message-templates")).as(list);
    expect(items.map(({ language }) => language)).toEqual(["it"]);
    expect(items[0]).not.toHaveProperty("content");
  });

  test("is listed in pages", async () => {
    for (const kind of ["change", "reminder", "confirmation"]) {
      await put("Ours", 0, `/message-templates/${kind}/sms/it`);
    }
    const pages = z.object({
      items: z.array(z.looseObject({ kind: z.string() })),
      next_cursor: z.string().nullable(),
    });
    const first = (await ask("GET", "/message-templates?limit=2")).as(pages);
    const second = (await ask("GET", `/message-templates?limit=2&cursor=${first.next_cursor}`)).as(
      pages,
    );
    expect([...first.items, ...second.items].map(({ kind }) => kind)).toEqual([
      "change",
      "reminder",
      "confirmation",
    ]);
    expect(second.next_cursor).toBeNull();
  });
});

describe("writing", () => {
  test("leaves an audit event with ids and no text, and nothing for the outbox", async () => {
    await put("Ours", 0);
    const { rows } = await app.sql(
      "SELECT kind, body FROM audit_events WHERE kind LIKE 'message_template.%' ORDER BY id DESC LIMIT 1",
    );
    expect(rows[0]?.["kind"]).toBe("message_template.written");
    expect(JSON.stringify(rows[0]?.["body"])).not.toContain("Ours");
    const outbox = await app.sql("SELECT FROM outbox_events WHERE kind LIKE 'message_template.%'");
    expect(outbox.rows).toEqual([]);
  });

  test("what holds already changes nothing, so that a lost answer can be asked for again", async () => {
    await put("Ours", 0);
    expect((await put("Ours", 0)).as(template).version).toBe(1);
    expect((await ask("GET", `${path}/versions`)).as(versions).items).toHaveLength(1);
  });

  test("over a version that was not seen is a conflict that names the one there", async () => {
    await put("One", 0);
    await put("Two", 1);
    const stale = await put("Three", 1);
    expect([stale.status, problemOf(stale)]).toEqual([409, "conflicting-change"]);
    expect(stale.body).toMatchObject({ version: 2 });
    expect(await textAt()).toContain("Two");
  });

  test("by several at once is done by one of them", async () => {
    const answers = await Promise.all(["A", "B", "C", "D"].map((word) => put(word, 0)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200, 409, 409, 409,
    ]);
    const winner = answers.find(({ status }) => status === 200)?.as(template);
    expect(await textAt()).toBe(winner?.content.text);
  });

  test.each([
    [
      "an unknown placeholder",
      { channel: "sms", text: "{{ date }} {{ time }}\n {{ nome }}" },
      "text",
      2,
    ],
    [
      "a forbidden placeholder",
      { channel: "sms", text: "{{ date }} {{ time }} {{ service }}" },
      "text",
      1,
    ],
    ["broken syntax", { channel: "sms", text: "{{ date }} {{ time }} {% if %}" }, "text", 1],
    ["nothing that it is for", { channel: "sms", text: "Hello {{ date }}" }, "text", 1],
  ])("%s is refused with its place", async (...[, content, part, line]) => {
    const answer = await ask("PUT", path, { body: { content, version: 0 } });
    expect([answer.status, problemOf(answer)]).toEqual([400, "template-not-valid"]);
    expect(answer.as(problem).errors?.[0]?.path).toBe(part);
    expect(answer.body).toMatchObject({ places: [{ path: part, line }] });
  });

  test("the name of its own service is refused in a service's SMS", async () => {
    const { id } = await calls.addService({ name: { it: "Consultorio familiare" } });
    const answer = await put("Consultorio familiare:", 0, `${path}?service=${id}`);
    expect(problemOf(answer)).toBe("template-not-valid");
    expect((await put("Consultorio familiare:", 0)).status).toBe(200);
  });

  test.each([
    [
      "the content of another channel",
      { content: { channel: "email", subject: "x", body: "y" }, version: 0 },
    ],
    [
      "a text that is too long",
      { content: { channel: "sms", text: "x".repeat(1_501) }, version: 0 },
    ],
    ["a control character", { content: { channel: "sms", text: "a\u0007" }, version: 0 }],
    ["no version", { content: text("x") }],
    ["a negative version", { content: text("x"), version: -1 }],
    ["something else", { content: text("x"), version: 0, more: true }],
  ])("%s is an invalid request", async (_what, body) => {
    const answer = await ask("PUT", path, { body });
    expect([answer.status, problemOf(answer)]).toEqual([422, "invalid-request"]);
  });

  test("a subject on two lines is an invalid request", async () => {
    const content = { channel: "email", subject: "a\r\nBcc: x", body: "{{ date }} {{ time }}" };
    const answer = await ask("PUT", "/message-templates/reminder/email/it", {
      body: { content, version: 0 },
    });
    expect(problemOf(answer)).toBe("invalid-request");
  });
});

describe("versions", () => {
  test("are readable, the newest first, in pages", async () => {
    await put("One", 0);
    await put("Two", 1);
    await put("Three", 2);
    const first = (await ask("GET", `${path}/versions?limit=2`)).as(versions);
    expect(first.items.map(({ version }) => version)).toEqual([3, 2]);
    const second = (await ask("GET", `${path}/versions?limit=2&cursor=${first.next_cursor}`)).as(
      versions,
    );
    expect(second.items.map(({ version }) => version)).toEqual([1]);
    expect(second.next_cursor).toBeNull();
    expect((await ask("GET", `${path}/versions/1`)).body).toMatchObject({ content: text("One") });
  });

  test("are none where nothing was written", async () => {
    expect((await ask("GET", `${path}/versions`)).as(page).items).toEqual([]);
  });

  test("can be made to hold again, as a new version", async () => {
    await put("One", 0);
    await put("Two", 1);
    const body = { restored_version: 1, version: 2 };
    expect((await ask("POST", `${path}/restore`, { body })).as(template)).toMatchObject({
      version: 3,
      content: text("One"),
    });
    const [newest] = (await ask("GET", `${path}/versions`)).as(versions).items;
    expect(newest).toMatchObject({ version: 3, restored_from: 1, is_shipped: false });
  });

  test("are restored only over the one that was seen", async () => {
    await put("One", 0);
    await put("Two", 1);
    const body = { restored_version: 1, version: 1 };
    expect(problemOf(await ask("POST", `${path}/restore`, { body }))).toBe("conflicting-change");
  });

  test("that are not there are not found", async () => {
    await put("One", 0);
    for (const version of ["2", "0", "x", "99999999999"]) {
      expect((await ask("GET", `${path}/versions/${version}`)).status).toBe(404);
    }
    const body = { restored_version: 2, version: 1 };
    expect((await ask("POST", `${path}/restore`, { body })).status).toBe(404);
  });

  test("older than the newest 200 are forgotten", async () => {
    await put("One", 0);
    await app.sql("UPDATE message_templates SET version = 200");
    await app.sql("UPDATE message_template_versions SET version = 200");
    await put("Two", 200);
    await app.sql("UPDATE message_template_versions SET version = 2 WHERE version = 200");
    await put("Three", 201);
    const kept = (await ask("GET", `${path}/versions`)).as(versions).items;
    expect(kept.map(({ version }) => version)).toEqual([202, 201]);
  });
});

describe("going back", () => {
  test("to the shipped template keeps the versions, from which it can be restored", async () => {
    await put("One", 0);
    const removed = (await ask("DELETE", path)).as(template);
    expect(removed).toMatchObject({ origin: "shipped", version: 2 });
    const [newest, first] = (await ask("GET", `${path}/versions`)).as(versions).items;
    expect([newest?.is_shipped, first?.is_shipped]).toEqual([true, false]);
    const body = { restored_version: 1, version: 2 };
    expect((await ask("POST", `${path}/restore`, { body })).as(template)).toMatchObject({
      origin: "tenant",
      version: 3,
    });
  });

  test("from a service's template leads to the administration's", async () => {
    const { id } = await calls.addService();
    await put("Ours", 0);
    await put("For it", 0, `${path}?service=${id}`);
    const removed = (await ask("DELETE", `${path}?service=${id}`)).as(template);
    expect(removed).toMatchObject({ origin: "tenant", content: text("Ours") });
  });

  test("may be repeated, and where there is nothing of one's own nothing happens", async () => {
    expect((await ask("DELETE", path)).as(template).version).toBe(0);
    await put("One", 0);
    await ask("DELETE", path);
    expect((await ask("DELETE", path)).as(template).version).toBe(2);
  });

  test("over a version that was not seen is a conflict where one is stated", async () => {
    await put("One", 0);
    await put("Two", 1);
    expect(problemOf(await ask("DELETE", `${path}?version=1`))).toBe("conflicting-change");
    expect((await ask("DELETE", `${path}?version=2`)).status).toBe(200);
  });
});

test.each([
  "/message-templates/greeting/sms/it",
  "/message-templates/reminder/webhook/it",
  "/message-templates/reminder/sms/es",
  `${path}?service=no-such-service`,
])("%s is not found, whatever is asked", async (at) => {
  expect((await ask("GET", at)).status).toBe(404);
  expect((await put("x", 0, at)).status).toBe(404);
  expect((await ask("DELETE", at)).status).toBe(404);
});

test("one administration's templates are nothing to another", async () => {
  const other = await app.addTenant("altro-comune");
  await put("Ours", 0);
  const { id } = await calls.addService();
  const options = { key: other.adminKey, tenant: other.tenant };
  expect((await app.api("GET", path, options)).as(template).origin).toBe("shipped");
  expect((await app.api("GET", `${path}/versions/1`, options)).status).toBe(404);
  expect((await app.api("GET", `${path}?service=${id}`, options)).status).toBe(404);
  expect((await app.api("GET", "/message-templates", options)).as(page).items).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Language, Tenant } from "../../src/context.ts";
import { findTemplate, type FoundTemplate, renderSms } from "../../src/messages/content/content.ts";
import { putTemplate } from "../../src/messages/content/templates/put-template.ts";
import { removeTemplate } from "../../src/messages/content/templates/remove-template.ts";
import { createCatalogCalls } from "../support/catalog-calls.ts";
import { dataIn } from "../support/sample-messages.ts";

const calls = await createCatalogCalls();
const { app } = calls;
afterAll(() => app.close());

let first: string;
let second: string;
let third: string;
beforeAll(async () => {
  [first, second, third] = await Promise.all([
    calls.addService().then(({ id }) => id),
    calls.addService().then(({ id }) => id),
    calls.addService().then(({ id }) => id),
  ]);
});

const contextOf = (tenant: Tenant) =>
  ({ tenant, actor: { kind: "system" }, requestId: "test" }) as const;

interface Place {
  readonly language: Language;
  readonly service?: string;
  readonly tenant?: Tenant;
}

const named = ({ language, service }: Place) => ({
  kind: "reminder",
  channel: "sms",
  language,
  ...(service === undefined ? {} : { service }),
});

async function write(word: string, place: Place): Promise<void> {
  const content = { channel: "sms", text: `${word} {{ date }} {{ time }}` } as const;
  const input = { content, version: 0 };
  await putTemplate(app.deps, contextOf(place.tenant ?? app.tenant), {
    named: named(place),
    input,
  });
}

function find(
  language: Language,
  serviceIds: readonly string[] = [],
  tenant: Tenant = app.tenant,
): Promise<FoundTemplate> {
  const wanted = { kind: "reminder", channel: "sms", language, serviceIds } as const;
  return app.deps.db.inTenant(tenant.id, (trx) => findTemplate(trx, tenant.id, wanted));
}

function said(found: FoundTemplate): string {
  if (found.channel !== "sms") throw new Error("That is no SMS");
  return renderSms(found, dataIn(found.language), { transliterate: true }).text;
}

test("the template of the first named service that has one holds, else the administration's, else the shipped one", async () => {
  expect(await find("it", [first])).toMatchObject({ origin: { kind: "shipped", version: 0 } });
  await write("Ours", { language: "it" });
  await write("Second", { language: "it", service: second });
  await write("Third", { language: "it", service: third });
  expect((await find("it", [first])).origin).toEqual({ kind: "tenant", version: 1 });
  expect(said(await find("it", [first]))).toMatch(/^Ours/);
  expect((await find("it", [first, third, second])).origin).toEqual({
    kind: "service",
    serviceId: third,
    version: 1,
  });
  expect(said(await find("it", [first, third, second]))).toMatch(/^Third/);
  expect(said(await find("it", [second, third]))).toMatch(/^Second/);
  await removeTemplate(app.deps, contextOf(app.tenant), {
    named: named({ language: "it", service: second }),
  });
  expect(said(await find("it", [second]))).toMatch(/^Ours/);
});

test("a template in one language does not stand in for another that is shipped", async () => {
  await write("Nostro", { language: "fr" });
  const found = await find("de");
  expect([found.language, found.origin.kind]).toEqual(["de", "shipped"]);
});

test("a language that the administration does not offer gives way to its own", async () => {
  const { tenant } = await app.addTenant("solo-tedesco");
  await app.sql("UPDATE tenants SET languages = '{de,en}', default_language = 'de' WHERE id = $1", [
    tenant.id,
  ]);
  await write("Unser", { language: "de", tenant });
  const found = await find("fr", [], tenant);
  expect([found.language, found.origin.kind]).toEqual(["de", "tenant"]);
  expect(said(found)).toMatch(/^Unser/);
  expect((await find("en", [], tenant)).language).toBe("en");
});

test("another administration's services and templates are not found", async () => {
  const { tenant } = await app.addTenant("altrove");
  expect((await find("it", [third], tenant)).origin.kind).toBe("shipped");
});

test("an e-mail is found as well, ready to be rendered", async () => {
  const found = await app.deps.db.inTenant(app.tenant.id, (trx) =>
    findTemplate(trx, app.tenant.id, {
      kind: "confirmation",
      channel: "email",
      language: "en",
      serviceIds: [first],
    }),
  );
  expect(found).toMatchObject({ channel: "email", kind: "confirmation", language: "en" });
});

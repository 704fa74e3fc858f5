import { afterAll, beforeAll, expect, test } from "vitest";
import { languages } from "../../src/context.ts";
import { createDemoWorld, type DemoWorld } from "../support/demo-world.ts";

let demo: DemoWorld;
beforeAll(async () => {
  demo = await createDemoWorld("comune-di-esempio.json", "demo");
});
afterAll(() => demo.app.close());

/** The headings of the start page with the services below them. */
async function groups(): Promise<Record<string, string[]>> {
  const { text } = await demo.app.request("/en/demo/");
  const parts = text.split("<h2>").slice(1);
  const found = parts.map((part): [string, string[]] => [
    part.slice(0, part.indexOf("</h2>")),
    [...part.matchAll(/\/services\/([a-z-]+)"/g)].map(([, code = ""]) => code),
  ]);
  return Object.fromEntries(found.filter(([, codes]) => codes.length > 0));
}

test("many services are grouped by place, those of several places first, each once", async () => {
  const found = await groups();
  const titles = Object.keys(found);
  expect(titles[0]).toBe("In several places");
  expect(found["In several places"]).toEqual(["conferimento-libero", "certificati"]);
  expect(titles.slice(1)).toEqual(titles.slice(1).toSorted((a, b) => a.localeCompare(b, "en-GB")));
  const { rows } = await demo.app.sql(
    "SELECT code FROM services WHERE tenant_id = $1 AND visibility = 'public' ORDER BY code",
    [demo.context.tenant.id],
  );
  expect(Object.values(found).flat().toSorted()).toEqual(rows.map((row) => row["code"]));
});

test.each(languages)(
  "the address's language is the page's in %s, whatever the name holds",
  async (language) => {
    // "demo" begins with a language of its own.
    const { text } = await demo.app.request(`/${language}/demo/`);
    expect(text).toContain(`<html lang="${language}">`);
    const unknown = await demo.app.request(`/${language}/frident/`);
    expect(unknown.text).toContain(`<html lang="${language}">`);
  },
);

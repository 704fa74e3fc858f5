import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { RequestContext } from "../../src/context.ts";
import { importMunicipality } from "../../src/imports/import-municipality.ts";
import type { ImportReport } from "../../src/imports/import-run.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";

const name = { it: "Prova" };

let app: TestApp;
let tenants = 0;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

/** An administration of its own, so that tests do not see each other's. */
async function newTown() {
  tenants += 1;
  const slug = `town-${tenants}`;
  const { tenant } = await app.addTenant(slug);
  const context: RequestContext = { tenant, actor: { kind: "system" }, requestId: "test" };
  return {
    slug,
    apply: (document: unknown): Promise<ImportReport> =>
      importMunicipality(app.deps, context, { document, isDryRun: false }),
    dryRun: (document: unknown): Promise<ImportReport> =>
      importMunicipality(app.deps, context, { document, isDryRun: true }),
    count: async (table: string) => {
      const { rows } = await app.sql(
        `SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`,
        [tenant.id],
      );
      return z.object({ n: z.number() }).parse(rows[0]).n;
    },
  };
}

function documentOf(slug: string, rest: object = {}): object {
  return {
    format: "sportello-municipality/1",
    tenant: {
      slug,
      name,
      languages: ["it"],
      default_language: "it",
      time_zone: "Europe/Rome",
      holiday_country: "IT",
    },
    eligibility_lists: [{ code: "payers", name, entries: ["1001", "1002"] }],
    sites: [{ code: "hall", name, time_zone: "Europe/Rome" }],
    local_holidays: [{ site: "hall", month: 10, day: 4, name: { it: "San Petronio" } }],
    services: [
      {
        code: "card",
        name,
        duration_minutes: 15,
        eligibility_list: "payers",
        eligibility_field: "number",
        fields: [{ code: "number", label: name, type: "text", is_required: true }],
        limits: [{ key_source: "field:number", count_max: 2, period: "month" }],
      },
    ],
    resources: [{ code: "desk", site: "hall", name, cell_minutes: 15, services: ["card"] }],
    openings: [
      {
        resource: "desk",
        code: "morning",
        rrule: "FREQ=WEEKLY;BYDAY=MO,TU",
        starts_on: "2026-01-01",
        start_time: "08:00",
        end_time: "12:00",
        capacity: 1,
        ceilings: [{ scope: "cell", channel: "web", capacity: 1 }],
      },
    ],
    closures: [{ code: "works", site: "hall", starts_on: "2027-02-01", ends_on: "2027-02-05" }],
    day_marks: [{ code: "fair", starts_on: "2027-03-01", ends_on: "2027-03-01", mode: "walk_in" }],
    ...rest,
  };
}

async function readDemo(file: string): Promise<{ tenant: object }> {
  const text = await readFile(`data/demo/${file}`, "utf8");
  return z.looseObject({ tenant: z.looseObject({}) }).parse(JSON.parse(text));
}

describe("importing a document", () => {
  it("makes everything it states, and importing it again changes and writes nothing", async () => {
    const town = await newTown();
    const document = documentOf(town.slug);
    const first = await town.apply(document);
    expect(first.problems).toEqual([]);
    expect(first.is_applied).toBe(true);
    expect(first.counts).toEqual({ created: 9, changed: 1, unchanged: 0, retired: 0 });
    const events = await town.count("audit_events");
    const second = await town.apply(document);
    expect(second.changes).toEqual([]);
    expect(second.counts).toEqual({ created: 0, changed: 0, unchanged: 10, retired: 0 });
    expect(await town.count("audit_events")).toBe(events);
  });

  it("as a dry run tells the same and leaves nothing behind", async () => {
    const town = await newTown();
    const document = documentOf(town.slug);
    const events = await town.count("audit_events");
    const dry = await town.dryRun(document);
    expect(dry.is_applied).toBe(false);
    expect(await town.count("sites")).toBe(0);
    expect(await town.count("audit_events")).toBe(events);
    const wet = await town.apply(document);
    expect({ ...wet, is_dry_run: true, is_applied: false }).toEqual(dry);
  });

  it("changes what differs and nothing else", async () => {
    const town = await newTown();
    await town.apply(documentOf(town.slug));
    const report = await town.apply(
      documentOf(town.slug, {
        sites: [{ code: "hall", name, time_zone: "Europe/Rome", phone: "051 1" }],
        eligibility_lists: [{ code: "payers", name, entries: ["1002", "1003"] }],
      }),
    );
    expect(report.changes).toEqual([
      { path: "eligibility_lists.0", name: "payers", outcome: "changed" },
      { path: "sites.0", name: "hall", outcome: "changed" },
    ]);
  });

  it("with problems names all of them by their place and writes nothing", async () => {
    const town = await newTown();
    const report = await town.apply(
      documentOf(town.slug, {
        resources: [
          { code: "desk", site: "hall", name, cell_minutes: 15, services: ["card", "ghost"] },
          { code: "room", site: "nowhere", name, cell_minutes: 15 },
        ],
        openings: [],
      }),
    );
    expect(report.problems.map(({ path }) => path)).toEqual([
      "resources.0.services.1",
      "resources.1.site",
    ]);
    expect(report.is_applied).toBe(false);
    expect(await town.count("sites")).toBe(0);
  });

  it("with an unusable rule says which", async () => {
    const town = await newTown();
    const opening = {
      resource: "desk",
      code: "morning",
      rrule: "FREQ=SECONDLY",
      starts_on: "2026-01-01",
      start_time: "08:00",
      end_time: "12:00",
      capacity: 1,
    };
    const report = await town.apply(documentOf(town.slug, { openings: [opening] }));
    expect(report.problems).toMatchObject([{ path: "openings.0" }]);
  });

  it("that is no such document names what does not fit", async () => {
    const town = await newTown();
    for (const document of [null, [], "x", {}, { format: "other" }]) {
      const report = await town.apply(document);
      expect(report.problems.length).toBeGreaterThan(0);
    }
    const misspelt = await town.apply(documentOf(town.slug, { servces: [] }));
    expect(misspelt.problems[0]?.message).toContain("servces");
  });

  it("of another administration is refused", async () => {
    const town = await newTown();
    const report = await town.apply(documentOf("somewhere-else"));
    expect(report.problems).toMatchObject([{ path: "tenant.slug" }]);
  });

  it("that states a code twice, or states and retires it, is refused", async () => {
    const town = await newTown();
    const site = { code: "hall", name, time_zone: "Europe/Rome" };
    const twice = await town.apply(documentOf(town.slug, { sites: [site, site] }));
    expect(twice.problems).toMatchObject([{ path: "sites.1.code" }]);
    const both = await town.apply(documentOf(town.slug, { retired: { sites: ["hall"] } }));
    expect(both.problems).toMatchObject([{ path: "sites.0.code" }]);
  });

  it("retires what it lists as retired, once, and nothing that it merely leaves out", async () => {
    const town = await newTown();
    await town.apply(documentOf(town.slug));
    const less = { sites: [], services: [], resources: [], openings: [], local_holidays: [] };
    const silent = await town.apply(documentOf(town.slug, less));
    expect(silent.changes).toEqual([]);
    const retired = {
      openings: [{ resource: "desk", code: "morning" }],
      resources: ["desk"],
      services: ["card"],
      sites: ["hall"],
    };
    const lists = { ...less, closures: [], day_marks: [] };
    const first = await town.apply(documentOf(town.slug, { ...lists, retired }));
    expect(first.counts.retired).toBe(4);
    const second = await town.apply(documentOf(town.slug, { ...lists, retired }));
    expect(second.problems).toEqual([]);
    expect(second.counts.retired).toBe(0);
    const again = await town.apply(documentOf(town.slug));
    expect(again.problems.length).toBeGreaterThan(0);
  });

  it("lifts limits that its service does not list any more, and keeps them when it lists none at all", async () => {
    const town = await newTown();
    await town.apply(documentOf(town.slug));
    const service = { code: "card", name, duration_minutes: 15, fields: [] };
    const field = { code: "number", label: name, type: "text", is_required: true };
    const without = { ...service, fields: [field] };
    const kept = await town.apply(documentOf(town.slug, { services: [without] }));
    expect(kept.changes.map(({ path }) => path)).toEqual(["services.0"]);
    const lifted = await town.apply(
      documentOf(town.slug, { services: [{ ...without, limits: [] }] }),
    );
    expect(lifted.changes.map(({ path }) => path)).toEqual(["services.0.limits"]);
  });

  it("states a service's waitlist once, and leaves it as it is when it says nothing about it", async () => {
    const town = await newTown();
    await town.apply(documentOf(town.slug));
    const field = { code: "number", label: name, type: "text", is_required: true };
    const service = { code: "card", name, duration_minutes: 15, fields: [field] };
    const put = async (waitlist?: object) => {
      const services = [{ ...service, ...(waitlist && { waitlist }) }];
      const { changes } = await town.apply(documentOf(town.slug, { services }));
      return changes.filter(({ path }) => path.endsWith(".waitlist"));
    };
    const settings = { people_per_place: 3, answer_minutes: 60, lapses_max: 2 };
    const place = { path: "services.0.waitlist", name: "card" };
    expect(await put(settings)).toEqual([{ ...place, outcome: "created" }]);
    expect(await put(settings)).toEqual([]);
    expect(await put()).toEqual([]);
    expect(await put({ ...settings, is_on: false })).toEqual([{ ...place, outcome: "changed" }]);
  });
});

describe.each(["comune-di-esempio.json", "ville-d-exemple.json"])(
  "the demo document %s",
  (file) => {
    it("imports without problems, and idly the second time", async () => {
      const town = await newTown();
      const demo = await readDemo(file);
      const document = { ...demo, tenant: { ...demo.tenant, slug: town.slug } };
      const report = await town.apply(document);
      expect(report.problems).toEqual([]);
      const again = await town.apply(document);
      expect([again.changes, again.problems]).toEqual([[], []]);
    });
  },
);

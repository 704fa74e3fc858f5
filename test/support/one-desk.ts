import type { ApiAnswer, TestApp } from "./test-app.ts";
import { buildTown, daysAhead, type Town } from "./town.ts";

/** Where the slots of a test's desk begin: ten days ahead. */
export const start = daysAhead(10);

export const booker = { name: "Ada Bianchi" };

/** What a test varies of a booking; `key` is whose key is sent with it. */
export type Variation = Readonly<Record<string, unknown>> & { readonly key?: string };

/** A desk that offers `id-card` from `start` on, and its citizens. `app` is read when called. */
export function desksOf(app: () => TestApp) {
  return {
    oneDesk: (
      columns: Readonly<Record<string, unknown>> = {},
      resource: Partial<{ capacity: number; cells: number }> = {},
    ): Promise<Town> =>
      buildTown(app(), {
        services: [{ code: "id-card", columns }],
        resources: [{ code: "desk", offers: ["id-card"], from: start, cells: 16, ...resource }],
      }),
    book: (town: Town, startsAt: string, { key, ...more }: Variation = {}): Promise<ApiAnswer> =>
      app().api("POST", "/appointments", {
        key,
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: startsAt,
          booker,
          ...more,
        },
      }),
  };
}

/** The last part of a problem's type; undefined for what is no problem. */
export function slugOf({ body }: Pick<ApiAnswer, "body">): string | undefined {
  const isProblem = typeof body === "object" && body !== null && "type" in body;
  return isProblem ? String(body.type).split("/").at(-1) : undefined;
}

import { z } from "zod";
import { type ApiAnswer, createTestApp, type TestApp } from "./test-app.ts";

export const thing = z.looseObject({ id: z.string(), version: z.number() });
export const page = z.looseObject({
  items: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});
export const problem = z.looseObject({
  type: z.string(),
  errors: z.array(z.looseObject({ path: z.string(), message: z.string() })).optional(),
});
export const name = { it: "Prova", de: "Probe" };

type Thing = z.infer<typeof thing>;

/** Calls of the catalogue's operations by its administrator. */
export interface CatalogCalls {
  readonly app: TestApp;
  readonly post: (path: string, body: unknown, key?: string) => Promise<ApiAnswer>;
  readonly addSite: (rest?: object) => Promise<Thing>;
  readonly addService: (rest?: object) => Promise<Thing>;
  readonly addResource: (rest?: object) => Promise<Thing & { site_id: string }>;
  /** Kinds of the events about a thing, in order; relayed ones only when asked. */
  readonly eventsOf: (id: string) => Promise<unknown[]>;
  readonly relayedOf: (id: string) => Promise<unknown[]>;
}

let lastCode = 0;

/** A code nobody else uses. */
export function newCode(): string {
  lastCode += 1;
  return `code-${String(lastCode).padStart(4, "0")}`;
}

/** A text asked for by a service. */
export function field(code: string, rest: object = {}): object {
  return { code, label: name, type: "text", ...rest };
}

/** The slug of a refusal. */
export function problemOf(answer: Pick<ApiAnswer, "as">): string {
  return answer.as(problem).type.split("/").at(-1) ?? "";
}

/** Starts the HTTP side on a fresh database. `afterAll(() => calls.app.close())`. */
export async function createCatalogCalls(): Promise<CatalogCalls> {
  const app = await createTestApp();
  const post: CatalogCalls["post"] = (path, body, key = app.adminKey) =>
    app.api("POST", path, { key, body });
  const add = async (path: string, body: object): Promise<Thing> => {
    const answer = await post(path, { code: newCode(), name, ...body });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.as(thing);
  };
  const addSite = (rest: object = {}) => add("/sites", { time_zone: "Europe/Rome", ...rest });
  const kindsIn = async (table: string, id: string): Promise<unknown[]> => {
    const { rows } = await app.sql(`SELECT kind FROM ${table} WHERE subject_id = $1 ORDER BY id`, [
      id,
    ]);
    return rows.map((row) => row["kind"]);
  };
  return {
    app,
    post,
    addSite,
    addService: (rest = {}) => add("/services", { duration_minutes: 30, ...rest }),
    addResource: async (rest = {}) => {
      const site_id = (await addSite()).id;
      return { ...(await add("/resources", { site_id, cell_minutes: 15, ...rest })), site_id };
    },
    eventsOf: (id) => kindsIn("audit_events", id),
    relayedOf: (id) => kindsIn("outbox_events", id),
  };
}

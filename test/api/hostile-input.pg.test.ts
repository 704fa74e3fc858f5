import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../../src/app.ts";
import { rowsOfEveryKind } from "../support/rows-of-every-kind.ts";
import { countValues, type Json, replaceValue, sampleOf } from "../support/sample-of-schema.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
for (const sql of rowsOfEveryKind) await app.sql(sql, [app.tenant.id]);

/** Cases of one operation and role; each is answered in some milliseconds. */
const runsPerOperation = 50;

const document = openApiDocument();
const known = {
  site: "x",
  service: "x",
  services: ["x"],
  resource: "x",
  resource_id: await idOf("resources"),
  site_id: await idOf("sites"),
  service_id: await idOf("services"),
  version: 1,
  code: "y",
};

/** Ids of things that exist, of any kind. */
const ids = [
  known.site_id,
  known.service_id,
  known.resource_id,
  await idOf("openings"),
  await idOf("closures"),
  await idOf("holds"),
  await idOf("appointments"),
];

async function idOf(table: string): Promise<string> {
  const { rows } = await app.sql(`SELECT id::text FROM ${table}`);
  return String(rows[0]?.["id"]);
}

const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method];
    if (!operation || !path.startsWith("/v1/")) return [];
    const parameters = (operation.parameters ?? []).flatMap((parameter) =>
      "name" in parameter ? [parameter] : [],
    );
    const query = parameters
      .filter((parameter) => parameter.in === "query")
      .map(({ name }) => name);
    const { requestBody } = operation;
    const schema =
      requestBody && "content" in requestBody
        ? requestBody.content["application/json"]?.schema
        : undefined;
    const sample = schema && sampleOf(schema, { document, known });
    return [{ id: operation.operationId ?? "", method: method.toUpperCase(), path, query, sample }];
  }),
);

const hostileTexts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00\ud800",
  "\u202eabc",
  "\u200d\u{1F469}\u200D",
  "e\u0301",
  "\u00e9",
  "-0",
  "1e309",
  "9007199254740993",
  "2147483648",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
  "../../etc/passwd",
  "%00",
  "'; DROP TABLE slots; --",
  "<script>alert(1)</script>",
  "2026-02-30",
  "2026-13-01",
  "0000-00-00",
  "9999-12-31",
  "+275760-09-13",
  "2026-12-01T25:00:00Z",
  "2026-12-01T09:00:00+99:00",
  "24:01",
  "FREQ=SECONDLY",
  "FREQ=DAILY;INTERVAL=0",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "Europe/Atlantis",
  "00000000-0000-0000-0000-000000000000",
  "00000000-0000-7000-8000-000000000000",
  "x".repeat(1_000),
];

const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    0.5,
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 53,
    -(2 ** 53),
    1e300,
    Number.MAX_VALUE,
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 3, arbitrary: leaf },
  { weight: 1, arbitrary: fc.array(leaf, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(text, leaf, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.dictionary(text, leaf, { maxKeys: 3 }), { maxLength: 3 }) },
);

const rawBodies = [
  "",
  "null",
  "[]",
  "{}",
  '""',
  "0",
  "-0",
  "1e309",
  "{",
  '{"a":1,"a":2}',
  '{"__proto__":{}}',
  "\u0000",
];

type Operation = (typeof operations)[number];

function namesIn(sample: Json): string[] {
  return typeof sample === "object" && sample !== null ? Object.keys(sample) : [];
}

/** Mostly what the schema allows but for one or two values; the rest is noise. */
function bodyFor({ sample = {} }: Operation): fc.Arbitrary<string> {
  const place = fc.nat({ max: countValues(sample) - 1 });
  const changes = fc.array(fc.tuple(place, value), { maxLength: 2 });
  const nearlyRight = changes.map((pairs) =>
    JSON.stringify(pairs.reduce((body, [at, by]) => replaceValue(body, at, by), sample)),
  );
  const names = fc.oneof(fc.constantFrom("x", ...namesIn(sample)), text);
  const noise = fc.dictionary(names, value).map((body) => JSON.stringify(body));
  return fc.oneof(
    { weight: 8, arbitrary: nearlyRight },
    { weight: 1, arbitrary: noise },
    { weight: 1, arbitrary: fc.constantFrom(...rawBodies) },
  );
}

function pathFor({ path, query }: Operation): fc.Arbitrary<string> {
  const inPath = fc.oneof(
    fc.constantFrom("x", ...ids),
    text.map((part) => encodeURIComponent(part.toWellFormed()) || "x"),
  );
  const names = query.length > 0 ? fc.constantFrom(...query, "unknown") : fc.constant("unknown");
  const pairs = fc.array(fc.tuple(names, text), { maxLength: 5 });
  return fc.tuple(inPath, pairs).map(([part, given]) => {
    const search = given
      .map(([name, text_]) => `${name}=${encodeURIComponent(text_.toWellFormed())}`)
      .join("&");
    const filled = path.replace("{tenant}", app.tenant.slug).replaceAll(/\{\w+\}/g, part);
    return search === "" ? filled : `${filled}?${search}`;
  });
}

describe.each([
  ["nobody", undefined],
  ["a widget", app.widgetKey],
  ["an administrator", app.adminKey],
])("from %s", (_role, key) => {
  test.each(operations)("hostile input of $id is never a fault of ours", async (operation) => {
    const { method } = operation;
    const hasBody = method !== "GET" && method !== "DELETE";
    const headers = {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(hasBody ? { "Content-Type": "application/json" } : {}),
    };
    await fc.assert(
      fc.asyncProperty(pathFor(operation), bodyFor(operation), async (path, body) => {
        // The client itself throws for 500 and for answers that the document does not promise.
        const answer = await app.request(path, { method, headers, ...(hasBody ? { body } : {}) });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400)
          expect(answer.headers.get("content-type")).toBe("application/problem+json");
      }),
      { numRuns: runsPerOperation },
    );
  });
});

test("nothing of all this was logged as a fault", () => {
  expect(app.faults).toEqual([]);
});

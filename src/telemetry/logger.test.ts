import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeError } from "./describe-error.ts";
import { LOG_FIELDS } from "./log-fields.ts";
import { createLogger } from "./logger.ts";

/** Writes with a real logger into memory and returns the parsed lines. */
function capture(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(createLogger({ level: "info", role: "worker", version: "1.2.3", destination }));
  return lines.map(parseLine);
}

function parseLine(line: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(line);
  return Object.fromEntries(Object.entries(parsed ?? {}));
}

describe("a log line", () => {
  test("is JSON with UTC time, level name, role and permitted fields", () => {
    const [line] = capture((log) =>
      log.info({ tenant_id: "t-1", duration_ms: 12, count: 0 }, "slots written"),
    );
    expect(line).toMatchObject({
      level: "info",
      role: "worker",
      version: "1.2.3",
      tenant_id: "t-1",
      duration_ms: 12,
    });
    expect(line).toMatchObject({ count: 0, message: "slots written", pid: process.pid });
    expect(line?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u);
  });

  test("drops fields that are not on the list and says how many", () => {
    const body = {
      name: "Nadia Rossi",
      email: "nadia@example.org",
      headers: { authorization: "Bearer x" },
    };
    const [line] = capture((log) => log.warn({ ...body, status: 400 }, "refused"));
    expect(line).toMatchObject({ status: 400, fields_dropped: 3 });
    expect(JSON.stringify(line)).not.toMatch(/Nadia|example\.org|Bearer/u);
  });

  test("drops nested objects even under a permitted name", () => {
    const fields: Record<string, unknown> = { outcome: { phone: "+39 333 1234567" } };
    const [line] = capture((log) => log.info(Object.fromEntries(Object.entries(fields)), "x"));
    expect(line).not.toHaveProperty("outcome");
  });

  test.each([
    "nadia@example.org",
    "+39 333 123 4567",
    "Bearer abc",
    "sk_live_abc",
    "spo_sk_0123abcd",
    "/m/spo_mt_AbC",
    "/w/spo_wt_AbC",
  ])("masks %s in a permitted field", (value) => {
    const [line] = capture((log) => log.info({ reason_code: value, count: 1 }, "x"));
    expect(line).toMatchObject({ reason_code: "[masked]", count: 1 });
  });

  test("cuts the query string off a route", () => {
    const [line] = capture((log) =>
      log.info({ route: "/v1/x/appointments?name=Nadia&t=secret" }, "x"),
    );
    expect(line).toMatchObject({ route: "/v1/x/appointments?…" });
  });

  test("keeps the fields of a child on every line of it", () => {
    const [line] = capture((log) =>
      log.child({ request_id: "r-1" }).child({ tenant_id: "t-1" }).error({}, "x"),
    );
    expect(line).toMatchObject({ request_id: "r-1", tenant_id: "t-1", level: "error" });
  });

  test("is one line whatever the values hold", () => {
    fc.assert(
      fc.property(fc.constantFrom(...LOG_FIELDS), fc.string({ unit: "binary" }), (field, value) => {
        const lines: string[] = [];
        const log = createLogger({
          level: "info",
          destination: { write: (line) => void lines.push(line) },
        });
        log.info({ [field]: value }, "x");
        expect(lines).toHaveLength(1);
        expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r\u001b]/u);
      }),
      { numRuns: 200 },
    );
  });

  test("below the level is not written", () => {
    expect(capture((log) => log.debug({}, "x"))).toEqual([]);
  });
});

describe("an error in the log", () => {
  test("shows codes, constraint and frames, never detail, parameters or quoted values", () => {
    const error = Object.assign(
      new Error('invalid input syntax for type uuid: "Nadia "the" Rossi"'),
      {
        code: "23505",
        constraint: "slots_are_not_oversold",
        detail: "Key (email)=(nadia@example.org) already exists.",
        parameters: ["nadia@example.org"],
        where: "Nadia",
      },
    );
    const [line] = capture((log) => log.error({ err: error }, "failed"));
    expect(line?.["error"]).toMatchObject({
      code: "23505",
      constraint: "slots_are_not_oversold",
      type: "Error",
    });
    expect(JSON.stringify(line)).not.toMatch(/Nadia|Rossi|example\.org/u);
    expect(describeError(error).stack?.[0]).toMatch(/^at /u);
  });

  test("hides what a JSON parser quotes", () => {
    expect.assertions(1);
    try {
      JSON.parse('{"name":"Nadia Rossi"');
    } catch (error) {
      expect(JSON.stringify(describeError(error))).not.toMatch(/Nadia|Rossi/u);
    }
  });

  test.each([
    "Recipient nadia@example.org refused",
    "sms to +39 333 123 4567 failed",
    "GET /m/x?token=nadia@example.org&phone=333-1234567",
  ])('masks personal parts of "%s"', (message) => {
    expect(describeError(new Error(message)).message).not.toMatch(/nadia|333|token=/u);
  });

  test("keeps what is not personal", () => {
    const named = "appointment 01a20060-5690-7094-90af-fdc07ce69eac cannot lapse";
    expect(describeError(new Error(named)).message).toBe(named);
    expect(describeError(new Error("connect ECONNREFUSED")).message).toBe("connect ECONNREFUSED");
  });

  test("follows causes to a bound", () => {
    const looped = new Error("outer");
    looped.cause = looped;
    const depth = JSON.stringify(describeError(looped)).split('"outer"').length - 1;
    expect(depth).toBe(6);
  });

  test("says so when something else than an Error was thrown", () => {
    expect(describeError("nadia@example.org")).toEqual({
      type: "string",
      message: "a value that is not an Error was thrown",
    });
  });
});

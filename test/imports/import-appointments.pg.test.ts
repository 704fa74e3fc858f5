import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AppointmentsReport } from "../../src/imports/appointments-report.ts";
import { importAppointments } from "../../src/imports/import-appointments.ts";
import { createDemoWorld, type DemoWorld } from "../support/demo-world.ts";

let demo: DemoWorld;
beforeAll(async () => {
  demo = await createDemoWorld("comune-di-esempio.json", "demo");
  await demo.at("2026-03-02T07:00:00+01:00", ["area-scarico", "sportelli-urp"]);
});
afterAll(() => demo.app.close());

const header = "external_reference,site_code,service_code,starts_at,party_size,name,phone,channel";

function run(lines: readonly string[], isDryRun = false): Promise<AppointmentsReport> {
  const csv = Readable.from([lines.join("\r\n")]);
  return importAppointments(demo.app.deps, demo.context, { csv, isDryRun });
}

async function appointment(externalReference: string) {
  const { rows } = await demo.app.sql(
    "SELECT starts_at, channel, status FROM appointments WHERE external_reference = $1",
    [externalReference],
  );
  return rows[0];
}

describe("taking over appointments of an old system", () => {
  it("books them in wall time or with an offset, and a repetition books nothing", async () => {
    const lines = [
      header,
      'A-1,urp,sportello-cittadino,2026-03-03 09:00,1,"Bianchi, Ada",347 1234567,phone',
      "A-2,urp,sportello-cittadino,2026-03-03T09:15:00+01:00,,Ugo Verdi,,",
    ];
    expect((await run(lines)).counts).toEqual({ booked: 2, already_there: 0, refused: 0 });
    expect(await appointment("A-1")).toMatchObject({
      starts_at: new Date(Date.parse("2026-03-03T08:00:00Z")),
      channel: "phone",
      status: "booked",
    });
    expect((await run(lines)).counts).toEqual({ booked: 0, already_there: 2, refused: 0 });
  });

  it("tells line and reason of what does not fit, and takes the rest", async () => {
    const report = await run([
      header,
      "B-1,nowhere,sportello-cittadino,2026-03-03 10:00,1,Ada,,",
      "B-2,urp,nothing,2026-03-03 10:00,1,Ada,,",
      "B-3,urp,sportello-cittadino,2026-03-01 10:00,1,Ada,,",
      "B-4,urp,sportello-cittadino,2026-03-08 10:00,1,Ada,,",
      "B-5,urp,sportello-cittadino,tomorrow,1,Ada,,",
      "B-6,urp,sportello-cittadino,2026-03-29 02:30,1,Ada,,",
      "B-7,urp,sportello-cittadino,2026-03-03 10:00,0,Ada,,",
      "B-8,urp,sportello-cittadino,2026-03-03 10:00,1,,,",
      "B-9,urp",
      "B-10,urp,sportello-cittadino,2026-03-03 10:00,1,Ada,,",
    ]);
    expect(report.counts).toEqual({ booked: 1, already_there: 0, refused: 9 });
    expect(report.refused.map(({ line, reason }) => [line, reason])).toEqual([
      [2, "unknown-site"],
      [3, "unknown-service"],
      [4, "past"],
      [5, "no-such-start"],
      [6, "not-readable"],
      [7, "not-readable"],
      [8, "not-readable"],
      [9, "not-readable"],
      [10, "not-readable"],
    ]);
  });

  it("never oversells: what comes when a time is full is refused", async () => {
    const row = (n: number) => `C-${n},urp,sportello-cittadino,2026-03-03 11:00,1,Ada,,`;
    const report = await run([header, row(1), row(2), row(3), row(4)]);
    expect(report.counts.booked).toBe(3);
    expect(report.refused).toMatchObject([{ line: 5, reason: "slot-taken" }]);
  });

  it("keeps the rules of the service: answers, lists and limits", async () => {
    const wide = `${header};answers.waste_tax_number;answers.volume_m3`.replaceAll(",", ";");
    const row = (n: number, number: string, volume: string) =>
      `D-${n};centro-raccolta;conferimento-rifiuti;2026-03-0${n + 2} 09:00;1;Ada;;;${number};${volume}`;
    const report = await run([
      wide,
      row(1, "TARI-1001", "1,5"),
      row(2, "TARI-9999", "1"),
      row(3, "TARI-1001", "3"),
    ]);
    expect(report.counts.booked).toBe(1);
    expect(report.refused.map(({ reason }) => reason)).toEqual(["not-eligible", "invalid-request"]);
    expect(report.refused[1]?.detail).toContain("answers.volume_m3");
  });

  it("as a dry run tells the same and writes nothing", async () => {
    const lines = [header, "E-1,urp,sportello-cittadino,2026-03-05 12:00,1,Ada,,"];
    expect((await run(lines, true)).counts.booked).toBe(1);
    expect(await appointment("E-1")).toBeUndefined();
    expect((await run(lines)).counts.booked).toBe(1);
  });

  it.each([
    ["an unknown column", "external_reference,surprise\nA,B\n"],
    ["a quote that does not end", `${header}\n"A,B\n`],
  ])("with %s is refused as a whole, in words", async (_what, text) => {
    await expect(run([text])).rejects.toThrow(/^The table /);
  });
});

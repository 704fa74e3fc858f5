import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createDemoWorld,
  type DemoWorld,
  refusalOf,
  stretches,
  type Wish,
} from "../support/demo-world.ts";

let demo: DemoWorld;
beforeAll(async () => {
  demo = await createDemoWorld("comune-di-esempio.json", "demo");
});
afterAll(() => demo.app.close());

/** From one time to another every so many minutes, the last one included. */
function times(from: string, to: string, stepMinutes: number): string[] {
  const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const pad = (value: number) => String(value).padStart(2, "0");
  const count = (minutes(to) - minutes(from)) / stepMinutes + 1;
  return Array.from({ length: count }, (_, at) => minutes(from) + at * stepMinutes).map(
    (value) => `${pad(Math.floor(value / 60))}:${pad(value % 60)}`,
  );
}

describe("case 1, Monterotondo, recycling centre", () => {
  const centre = { service: "conferimento-rifiuti", site: "centro-raccolta" };
  beforeAll(() => demo.at("2026-03-02T07:00:00+01:00", ["area-scarico"]));

  function visit(date: string, time: string, answers: object = {}): Wish {
    const all = { waste_tax_number: "TARI-1001", volume_m3: 1, ...answers };
    return { ...centre, date, time, body: { answers: all } };
  }

  async function cancel({ appointment, manage_token }: Awaited<ReturnType<DemoWorld["booked"]>>) {
    return demo.call("POST", `/appointments/${appointment.id}/cancel`, {
      key: manage_token,
      body: {},
    });
  }

  it("takes 2 cars every 15 minutes from 08:00 to 12:45, then 1 car from 13:00 to 16:45", async () => {
    const { starts } = await demo.day({ ...centre, date: "2026-03-03" });
    const withPlaces = (places: number) =>
      starts.filter((start) => start.places === places).map(({ time }) => time);
    expect(withPlaces(2)).toEqual(times("08:00", "12:30", 15));
    expect(withPlaces(1)).toEqual(times("13:00", "16:30", 15));
    await demo.booked(visit("2026-03-03", "08:00", { waste_tax_number: "TARI-1003" }));
    await demo.booked(visit("2026-03-03", "08:00", { waste_tax_number: "TARI-1004" }));
    const later = await demo.day({ ...centre, date: "2026-03-03" });
    expect(later.starts.map(({ time }) => time)).not.toContain("08:00");
  });

  it("is open Monday to Saturday, by booking only", async () => {
    for (const date of ["03", "04", "05", "06", "07"].map((day) => `2026-03-${day}`)) {
      const slots = await demo.slots("area-scarico", date);
      expect(stretches(slots)).toEqual(["08:00-12:45", "13:00-16:45"]);
      expect(new Set(slots.map(({ mode }) => mode))).toEqual(new Set(["bookable"]));
    }
    expect(await demo.slots("area-scarico", "2026-03-08")).toEqual([]);
  });

  it("serves registered waste-tax payers only, however the number is written", async () => {
    const stranger = visit("2026-03-05", "09:00", { waste_tax_number: "TARI-9999" });
    expect(refusalOf(await demo.book(stranger))).toBe("not-eligible");
    const payer = await demo.booked(
      visit("2026-03-05", "09:00", { waste_tax_number: "tari 1004" }),
    );
    expect(payer.appointment.status).toBe("booked");
  });

  it("grants a household 2 visits a month, and another when one is cancelled", async () => {
    const number = { waste_tax_number: "TARI-1002" };
    const first = await demo.booked(visit("2026-03-10", "09:00", number));
    const relative = { booker: { name: "Ugo Bianchi" } };
    const second = visit("2026-03-11", "09:00", number);
    await demo.booked({ ...second, body: { ...second.body, ...relative } });
    const third = visit("2026-03-12", "09:00", number);
    expect(refusalOf(await demo.book(third))).toBe("limit-reached");
    await demo.booked(visit("2026-04-01", "09:00", number));
    expect((await cancel(first)).status).toBe(200);
    await demo.booked(third);
  });

  it("takes at most 2 m³ a visit", async () => {
    const answer = await demo.book(visit("2026-03-13", "09:00", { volume_m3: 2.5 }));
    expect(answer.body).toMatchObject({ errors: [{ path: "answers.volume_m3" }] });
    await demo.booked(visit("2026-03-13", "09:00", { volume_m3: 2 }));
  });

  it("asks for booking and identity document, and for a delegation when it is for a relative", async () => {
    const documents = async (time: string, isForRelative: boolean) => {
      const waste_tax_number = isForRelative ? "TARI-1003" : "TARI-1001";
      const wish = visit("2026-03-16", time, { is_for_relative: isForRelative, waste_tax_number });
      return (await demo.booked(wish)).appointment.documents.map(({ code }) => code);
    };
    expect(await documents("09:00", false)).toEqual(["prenotazione", "documento"]);
    expect(await documents("09:15", true)).toEqual(["prenotazione", "documento", "delega"]);
  });

  it("lets nobody cancel in the last 24 hours", async () => {
    await demo.at("2026-05-04T07:00:00+02:00", ["area-scarico"]);
    const visitAt = visit("2026-05-12", "09:00", { waste_tax_number: "TARI-1003" });
    const inTime = await demo.booked(visitAt);
    const late = await demo.booked({ ...visitAt, time: "09:15" });
    await demo.at("2026-05-11T08:59:00+02:00", []);
    expect((await cancel(inTime)).status).toBe(200);
    await demo.at("2026-05-11T09:16:00+02:00", []);
    expect(refusalOf(await cancel(late))).toBe("too-late-to-change");
  });
});

describe("case 2, Modena, registry office", () => {
  const ordinary = { service: "certificati", site: "anagrafe-centrale" };
  const urgent = { service: "nascite-e-decessi", site: "anagrafe-centrale" };
  const desks = ["sportelli-anagrafe", ...[1, 2, 3, 4].map((n) => `sportello-quartiere-${n}`)];
  beforeAll(() => demo.at("2018-12-10T07:00:00+01:00", desks));

  it("is open Monday to Saturday 08:30–12:30, on Thursday also 14:00–18:00", async () => {
    const open = async (day: string) =>
      stretches(await demo.slots("sportelli-anagrafe", `2018-12-${day}`));
    for (const day of ["11", "12", "14", "15", "17"])
      expect(await open(day)).toEqual(["08:30-12:30"]);
    expect(await open("13")).toEqual(["08:30-12:30", "14:00-18:00"]);
    expect(await open("16")).toEqual([]);
  });

  it("is closed on holidays", async () => {
    for (const date of ["2018-12-25", "2018-12-26", "2019-01-01"]) {
      expect(await demo.slots("sportelli-anagrafe", date)).toEqual([]);
    }
  });

  it.each(["2018-12-24", "2018-12-31"])(
    "serves only births and deaths on %s, 08:30–12:30",
    async (date) => {
      expect((await demo.day({ ...ordinary, date })).starts).toEqual([]);
      const { starts } = await demo.day({ ...urgent, date });
      expect([starts.at(0)?.time, starts.at(-1)?.time]).toEqual(["08:30", "12:00"]);
      expect(stretches(await demo.slots("sportelli-anagrafe", date))).toEqual(["08:30-12:30"]);
    },
  );

  it("opens two district offices on Monday and Thursday, the other two on Tuesday and Friday", async () => {
    const days = {
      mon: "2018-12-17",
      tue: "2018-12-18",
      wed: "2018-12-19",
      thu: "2018-12-20",
      fri: "2018-12-21",
    };
    const openDays = async (n: number) => {
      const open: string[] = [];
      for (const [name, date] of Object.entries(days)) {
        const slots = await demo.slots(`sportello-quartiere-${n}`, date);
        if (slots.length > 0) expect(stretches(slots)).toEqual(["08:30-12:30"]);
        if (slots.length > 0) open.push(name);
      }
      return open;
    };
    expect(await openDays(1)).toEqual(["mon", "thu"]);
    expect(await openDays(2)).toEqual(["mon", "thu"]);
    expect(await openDays(3)).toEqual(["tue", "fri"]);
    expect(await openDays(4)).toEqual(["tue", "fri"]);
  });
});

describe("case 3, Bologna, citizens' desk", () => {
  const open = async (date: string) => stretches(await demo.slots("sportelli-urp", date));

  it("is open Monday 08:30–13:00, Tuesday and Thursday 08:30–17:30 without a break, Wednesday 10:45–13:00", async () => {
    await demo.at("2023-09-20T07:00:00+02:00", ["sportelli-urp"]);
    expect(await open("2023-09-25")).toEqual(["08:30-13:00"]);
    expect(await open("2023-09-26")).toEqual(["08:30-17:30"]);
    expect(await open("2023-09-27")).toEqual(["10:45-13:00"]);
    expect(await open("2023-09-28")).toEqual(["08:30-17:30"]);
  });

  it("is closed on Sundays, on holidays and on 4 October, San Petronio, while other offices are open", async () => {
    await demo.at("2023-09-20T07:00:00+02:00", ["sportelli-urp", "sportelli-anagrafe"]);
    expect(await open("2023-10-01")).toEqual([]);
    expect(await open("2023-10-04")).toEqual([]);
    expect(await open("2023-10-11")).toEqual(["10:45-13:00"]);
    expect(stretches(await demo.slots("sportelli-anagrafe", "2023-10-04"))).toEqual([
      "08:30-12:30",
    ]);
    await demo.at("2023-10-16T07:00:00+02:00", ["sportelli-urp"]);
    expect(await open("2023-11-01")).toEqual([]);
    expect(await open("2023-11-08")).toEqual(["10:45-13:00"]);
  });
});

describe("case 4, Bellinzago, electronic identity card", () => {
  const cards = { service: "carta-identita", site: "carte-identita", date: "2026-03-10" };
  const family = {
    party_size: 3,
    participants: [
      { name: "Ada", answers: { situation: "renewal" } },
      { name: "Ugo", answers: { situation: "lost" } },
      { name: "Leo", answers: { situation: "foreigner", is_minor: true } },
    ],
  };
  beforeAll(() => demo.at("2026-03-02T07:00:00+01:00", ["sportello-carte"]));

  it("tells each person what to bring: old card, permit or report; photo and health card; for minors consent and presence", async () => {
    const { appointment } = await demo.booked({ ...cards, time: "08:30", body: family });
    const checklist = appointment.documents.map(({ code, participants }) => [code, participants]);
    expect(Object.fromEntries(checklist)).toEqual({
      "vecchia-carta": [1],
      denuncia: [2],
      "permesso-soggiorno": [3],
      fototessera: null,
      "tessera-sanitaria": null,
      "assenso-genitori": [3],
      "presenza-minore": [3],
    });
  });

  it("costs 20 euro, and 25 when it was lost or stolen", async () => {
    const { appointment } = await demo.booked({ ...cards, time: "09:30", body: family });
    const due = appointment.fees.map((fee) => [fee.amount_cents, fee.currency, fee.quantity]);
    expect(due).toEqual([
      [2000, "EUR", 2],
      [2500, "EUR", 1],
    ]);
  });

  it("is by appointment, and the appointment says what happens to who comes late", async () => {
    const slots = await demo.slots("sportello-carte", cards.date);
    expect(new Set(slots.map(({ mode }) => mode))).toEqual(new Set(["bookable"]));
    const body = { participants: [{ answers: { situation: "renewal" } }] };
    const { appointment } = await demo.booked({ ...cards, time: "11:00", body });
    expect(appointment.late_note.en).toContain("served the same day if there is room");
  });

  it.todo("serves who comes late the same day if nobody else is disturbed (needs the queue)");
});

describe("case 5, Alessandria, electronic identity card", () => {
  const renewal = { service: "rinnovo-carta", site: "front-office" };
  const staff = () => ({ key: demo.town.adminKey, channel: "counter" });
  beforeAll(() =>
    demo.at("2026-03-02T07:00:00+01:00", ["sportello-rinnovi", "banco-front-office"]),
  );

  it("renews a card from 180 days before it expires, and not a day earlier", async () => {
    const expiring = (card_expires_on: string) => ({
      ...renewal,
      ...staff(),
      date: "2026-04-01",
      time: "09:00",
      body: { participants: [{ answers: { card_expires_on } }] },
    });
    const early = await demo.book(expiring("2026-09-29"));
    expect(early.body).toMatchObject({
      errors: [{ path: "participants.0.answers.card_expires_on" }],
    });
    expect((await demo.book(expiring("2026-09-28"))).status).toBe(201);
  });

  it("gives appointments out four to five weeks ahead; nearer days are for staff to decide", async () => {
    const statusOf = async (date: string, who: object = {}) =>
      (await demo.day({ ...renewal, ...who, date })).status;
    expect(await statusOf("2026-03-27")).toBe("too_late");
    expect(await statusOf("2026-03-31", staff())).toBe("open");
    expect(await statusOf("2026-04-03", staff())).toBe("open");
    expect(await statusOf("2026-04-07", staff())).toBe("not_published");
    expect(await statusOf("2026-04-07")).toBe("not_published");
  });

  it("takes bookings at the front office only, not online", async () => {
    const online = await demo.day({ ...renewal, date: "2026-04-02" });
    expect(online.starts).toEqual([]);
    const { starts } = await demo.day({ ...renewal, ...staff(), date: "2026-04-02" });
    const body = {
      services: [renewal.service],
      site: renewal.site,
      starts_at: starts[0]?.startsAt,
      booker: { name: "Ada Bianchi" },
      participants: [{ answers: { card_expires_on: "2026-05-01" } }],
    };
    const answer = await demo.call("POST", "/appointments", { body });
    expect(refusalOf(answer)).toBe("channel-share-used");
  });

  it("has its front office open Monday, Wednesday, Friday 08:30–12:30, Tuesday and Thursday 08:30–15:30", async () => {
    const open = async (date: string) => stretches(await demo.slots("banco-front-office", date));
    for (const day of ["04", "06", "09"])
      expect(await open(`2026-03-${day}`)).toEqual(["08:30-12:30"]);
    for (const day of ["03", "05", "10"])
      expect(await open(`2026-03-${day}`)).toEqual(["08:30-15:30"]);
    for (const day of ["07", "08"]) expect(await open(`2026-03-${day}`)).toEqual([]);
  });
});

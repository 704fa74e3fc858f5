import { readFile } from "node:fs/promises";
import ICAL from "ical.js";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { openBrowser, openWindow, whyNoBrowser } from "./browser.ts";
import { pressEnter, tabTo } from "./keyboard.ts";
import { buildMunicipality } from "./municipality.ts";

const skipReason = whyNoBrowser();

describe.skipIf(skipReason !== undefined)("the whole way in a browser without scripts", () => {
  let browser: Browser;
  let app: TestApp;
  let base: string;

  beforeAll(async () => {
    app = await createTestApp();
    await buildMunicipality(app);
    const { url } = await app.serve();
    browser = await openBrowser();
    base = `${url}/it/${app.tenant.slug}`;
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  const window = async (): Promise<Page> => (await openWindow(browser, { viewport: "phone" })).page;

  test("book, see, move and cancel with the mouse; the place is free again", async () => {
    const page = await window();
    await page.goto(`${base}/`);
    await page.getByRole("link", { name: /Autentica di firma/ }).click();
    await page.getByRole("button", { name: "Scegli giorno e ora" }).click();
    await page.locator("button.choice").first().click();
    await page.getByLabel("Nome e cognome", { exact: true }).fill("Nadia Oberhofer");
    await page.getByRole("button", { name: "Continua" }).click();
    await page.getByRole("button", { name: "Conferma l’appuntamento" }).click();
    await page.getByRole("heading", { name: "L’appuntamento è confermato" }).waitFor();
    const reference = await page.locator(".reference").innerText();
    expect(reference).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
    expect(await bookedStarts(app)).toHaveLength(1);

    const booked = await downloadCalendar(page);
    expect(booked.method).toBe("PUBLISH");
    await page.getByRole("link", { name: /Vedi o cambia/ }).click();
    await page.getByRole("link", { name: "Sposta" }).click();
    await page.locator("button.choice").nth(1).click();
    await page.getByRole("button", { name: "Conferma il nuovo orario" }).click();
    await page.getByText("L’appuntamento è stato spostato.").waitFor();
    const moved = await downloadCalendar(page);
    expect(moved.uid).toBe(booked.uid);
    expect(moved.sequence).toBeGreaterThan(booked.sequence);
    expect(moved.start).not.toBe(booked.start);
    expect(await bookedStarts(app)).toEqual([moved.start]);

    await page.getByRole("link", { name: "Disdici" }).click();
    await page.getByLabel("Non posso venire").check();
    await page.getByRole("button", { name: "Disdici l’appuntamento" }).click();
    await page.getByText("L’appuntamento è disdetto.", { exact: false }).waitFor();
    expect(await bookedStarts(app)).toEqual([]);
    expect(await unitsTaken(app, "ufficio")).toBe(0);
  });

  test("book and cancel with the keyboard alone, with the focus always visible", async () => {
    const page = await window();
    await page.goto(`${base}/`);
    await tabTo(page, "Ecocentro", /Centro di riciclaggio/);
    await pressEnter(page);
    await tabTo(page, "button", /Scegli giorno e ora/);
    await pressEnter(page);
    await tabTo(page, "first free time", /ore \d\d:\d\d/);
    await pressEnter(page);
    await tabTo(page, "name", /^booker_name$/);
    await page.keyboard.type("Luis Trenker");
    await tabTo(page, "number", /^a-cubic_metres$/);
    await page.keyboard.type("1,5");
    await pressEnter(page);
    await tabTo(page, "confirm", /Conferma la prenotazione/);
    await pressEnter(page);
    await page.getByRole("heading", { name: "La prenotazione è confermata" }).waitFor();
    await tabTo(page, "manage", /Vedi o cambia la prenotazione/);
    await pressEnter(page);
    await tabTo(page, "cancel", /^Disdici$/);
    await pressEnter(page);
    await tabTo(page, "reason", /^reason/);
    await page.keyboard.press("Space");
    await tabTo(page, "cancel for good", /Disdici la prenotazione/);
    await pressEnter(page);
    await page.getByText("La prenotazione è disdetta.", { exact: false }).waitFor();
    expect(await bookedStarts(app)).toEqual([]);
  });

  test("two people choose the last place: one gets it, the other hears why and is offered the nearest", async () => {
    const [first, second] = [await window(), await window()];
    for (const page of [first, second]) await page.goto(`${base}/times?service=autentica`);
    await first.locator("button.choice").first().click();
    await second.locator("button.choice").first().click();
    await first.getByRole("heading", { name: "I tuoi dati" }).waitFor();
    const alert = second.getByRole("alert");
    expect(await alert.innerText()).toContain("Qualcun altro è stato più veloce");
    expect(await second.locator("button.choice").count()).toBe(3);
  });

  test("changing the language keeps the place and what was typed", async () => {
    const page = await window();
    await page.goto(`${base}/times?service=autentica`);
    await page.locator("button.choice").nth(2).click();
    await page.fill("#booker_name", "Gian Luca");
    await page.getByRole("button", { name: "Continua" }).click();
    await page.getByRole("link", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: "Prüfen und buchen" }).waitFor();
    expect(await page.locator("main").innerText()).toContain("Gian Luca");
  });
});

async function downloadCalendar(page: Page) {
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "Aggiungi al calendario" }).click();
  const path = await (await waiting).path();
  const calendar = ICAL.Component.fromString(await readFile(path, "utf8"));
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent") ?? undefined);
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    start: event.startDate.toJSDate().toISOString(),
  };
}

async function unitsTaken(app: TestApp, resourceCode: string): Promise<number> {
  const { rows } = await app.sql(
    `SELECT sum(s.taken)::int AS taken
     FROM slots s
     JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
     WHERE r.code = $1`,
    [resourceCode],
  );
  return Number(rows[0]?.["taken"]);
}

async function bookedStarts(app: TestApp): Promise<string[]> {
  const { rows } = await app.sql("SELECT starts_at FROM appointments WHERE status = 'booked'");
  return rows.map((row) =>
    row["starts_at"] instanceof Date ? row["starts_at"].toISOString() : "",
  );
}

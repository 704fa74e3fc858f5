import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { generateSlots } from "../../src/scheduling/generate-slots.ts";
import { systemNow } from "../../src/time/clock.ts";
import { addDays } from "../../src/time/local-date.ts";
import { localDateOf } from "../../src/time/wall-clock.ts";
import type { ApiAnswer, TestApp } from "../support/test-app.ts";

const created = z.object({ id: z.string() });

/** A small bilingual municipality with everything the pages can show. */
export interface Municipality {
  /** Ids of the services by code. */
  readonly services: Readonly<Record<string, string>>;
}

/** Its name, contact and languages; the test app's tenant has none of its own. */
const tenantFacts = {
  name: { it: "Comune di Valdaora", de: "Gemeinde Olang" },
  contact: {
    phone: "0474 496 121",
    email: "info@comune.valdaora.example",
    address: "Piazza Floriani 4, 39030 Valdaora (BZ)",
    url: "https://www.comune.valdaora.example",
  },
};

const identityCard = {
  code: "carta-identita",
  name: { it: "Carta d’identità elettronica", de: "Elektronische Identitätskarte" },
  description: {
    it: "Rilascio e rinnovo, anche in caso di furto o smarrimento.",
    de: "Ausstellung und Erneuerung, auch nach Verlust oder Diebstahl.",
  },
  duration_minutes: 15,
  extra_minutes_per_person: 10,
  party_size_max: 4,
  // No time is offered that could not be cancelled any more, whatever day and hour the walk begins at.
  notice_minutes: 1_500,
  cancel_limit_minutes: 1_440,
  hold_ttl_seconds: 180,
  horizon_days: 40,
  late_note: {
    it: "Ti serviamo in giornata se c’è posto, altrimenti serve un nuovo appuntamento.",
    de: "Wenn Platz ist, bedienen wir Sie am selben Tag, sonst brauchen Sie einen neuen Termin.",
  },
  fields: [
    {
      code: "reason",
      label: { it: "Perché serve la carta?", de: "Warum brauchen Sie die Karte?" },
      type: "choice",
      scope: "participant",
      is_required: true,
      choices: [
        { code: "first", label: { it: "Prima carta", de: "Erste Karte" } },
        {
          code: "expired",
          label: { it: "È scaduta o sta per scadere", de: "Abgelaufen oder bald" },
        },
        { code: "lost", label: { it: "Persa o rubata", de: "Verloren oder gestohlen" } },
      ],
    },
    {
      code: "report",
      label: { it: "Numero della denuncia", de: "Nummer der Verlustanzeige" },
      help: { it: "Si trova in alto a destra.", de: "Sie steht oben rechts." },
      type: "text",
      scope: "participant",
      is_required: true,
      max_length: 40,
      when: { field: "reason", equals: "lost" },
    },
    {
      code: "minor",
      label: { it: "La persona è minorenne?", de: "Ist die Person minderjährig?" },
      type: "boolean",
      scope: "participant",
      is_required: true,
    },
    {
      code: "expires_on",
      label: { it: "Scadenza della carta attuale", de: "Ablauf der jetzigen Karte" },
      type: "date",
      scope: "participant",
      days_after_visit_max: 180,
      when: { field: "reason", equals: "expired" },
    },
  ],
  documents: [
    { code: "photo", label: { it: "Una fototessera recente", de: "Ein neues Passfoto" } },
    {
      code: "report",
      label: {
        it: "La denuncia di furto o smarrimento",
        de: "Die Verlust- oder Diebstahlsanzeige",
      },
      when: { field: "reason", equals: "lost" },
    },
    {
      code: "parents",
      label: { it: "Il consenso di entrambi i genitori", de: "Die Zustimmung beider Eltern" },
      when: { field: "minor", equals: true },
    },
  ],
  fees: [
    { code: "normal", label: { it: "Carta", de: "Karte" }, amount_cents: 2_221 },
    {
      code: "lost",
      label: { it: "Duplicato", de: "Ersatzkarte" },
      amount_cents: 516,
      when: { field: "reason", equals: "lost" },
    },
  ],
};

const pool = {
  code: "piscina",
  name: { it: "Piscina comunale", de: "Freischwimmbad" },
  description: { it: "Ingresso giornaliero.", de: "Tageseintritt." },
  noun: "booking",
  duration_minutes: 60,
  party_size_max: 6,
  places_per_person: 1,
  horizon_days: 20,
  valid_until_rules: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], time: "14:00" }],
};

const landfill = {
  code: "ecocentro",
  name: {
    it: "Centro di riciclaggio",
    de: "Bauschutt- und Sperrmüllentsorgungsanmeldung im Recyclinghof",
  },
  noun: "booking",
  duration_minutes: 15,
  horizon_days: 20,
  fields: [
    {
      code: "cubic_metres",
      label: { it: "Metri cubi di rifiuti", de: "Kubikmeter Abfall" },
      type: "number",
      is_required: true,
      min: 0.1,
      max: 2,
    },
  ],
};

/** Nothing is open for it: the empty state. */
const wedding = {
  code: "matrimonio",
  name: { it: "Matrimonio civile", de: "Standesamtliche Trauung" },
  duration_minutes: 60,
  horizon_days: 90,
  publication_time: "07:00",
};

/** One place in all, for the state where somebody else was faster. */
const notary = {
  code: "autentica",
  name: { it: "Autentica di firma", de: "Unterschriftsbeglaubigung" },
  duration_minutes: 15,
  horizon_days: 40,
};

/** Writes the municipality through the API, with openings every day from tomorrow on, and makes its slots. */
export async function buildMunicipality(app: TestApp): Promise<Municipality> {
  await app.sql("UPDATE tenants SET name = $2, contact = $3 WHERE id = $1", [
    app.tenant.id,
    JSON.stringify(tenantFacts.name),
    JSON.stringify(tenantFacts.contact),
  ]);
  const hall = await post(app, "/sites", {
    code: "municipio",
    name: { it: "Municipio", de: "Rathaus" },
    address: "Piazza Floriani 4, 39030 Valdaora",
    phone: "0474 496 121",
    directions: { it: "Primo piano, con ascensore.", de: "Erster Stock, mit Aufzug." },
    time_zone: "Europe/Rome",
  });
  const branch = await post(app, "/sites", {
    code: "sorafurcia",
    name: { it: "Delegazione di Sorafurcia", de: "Außenstelle Geiselsberg" },
    address: "Via Sorafurcia 12",
    time_zone: "Europe/Rome",
  });
  const services: Record<string, string> = {};
  for (const service of [identityCard, pool, landfill, wedding, notary]) {
    services[service.code] = await post(app, "/services", service);
  }
  for (const plan of plans) {
    const site = plan.isAtHall ? hall : branch;
    await openResource(app, { ...plan, site, serviceId: services[plan.service] });
  }
  return { services };
}

const weekdays = "MO,TU,WE,TH,FR";
const everyDay = "MO,TU,WE,TH,FR,SA,SU";

/** One resource each; nobody marries, because that room has no place. */
const plans: readonly Plan[] = [
  {
    code: "anagrafe",
    service: "carta-identita",
    isAtHall: true,
    days: weekdays,
    hours: ["08:30", "16:30"],
    capacity: 2,
  },
  {
    code: "delegazione",
    service: "carta-identita",
    isAtHall: false,
    days: "TU,TH",
    hours: ["08:30", "10:30"],
    capacity: 1,
  },
  {
    code: "vasca",
    service: "piscina",
    isAtHall: true,
    days: everyDay,
    hours: ["10:00", "18:00"],
    capacity: 30,
  },
  {
    code: "piazzale",
    service: "ecocentro",
    isAtHall: false,
    days: everyDay,
    hours: ["08:00", "12:00"],
    capacity: 2,
  },
  {
    code: "sala",
    service: "matrimonio",
    isAtHall: true,
    days: everyDay,
    hours: ["10:00", "12:00"],
    capacity: 0,
  },
  {
    code: "ufficio",
    service: "autentica",
    isAtHall: true,
    days: everyDay,
    hours: ["09:00", "12:00"],
    capacity: 1,
  },
];

interface Plan {
  readonly code: string;
  readonly service: string;
  readonly isAtHall: boolean;
  readonly days: string;
  readonly hours: readonly [string, string];
  readonly capacity: number;
}

async function openResource(
  app: TestApp,
  plan: Plan & { readonly site: string; readonly serviceId: string | undefined },
): Promise<void> {
  const resourceId = await post(app, "/resources", {
    code: plan.code,
    site_id: plan.site,
    name: { it: plan.code },
    cell_minutes: 15,
    service_ids: [plan.serviceId],
  });
  await send(app, "/openings", {
    resource_id: resourceId,
    code: "orario",
    rrule: `FREQ=WEEKLY;BYDAY=${plan.days}`,
    starts_on: addDays(localDateOf(systemNow().getTime(), "Europe/Rome"), 1),
    start_time: plan.hours[0],
    end_time: plan.hours[1],
    capacity: plan.capacity,
    runs_on_holidays: true,
  });
  const context = { tenant: app.tenant, actor: { kind: "system" }, requestId: uuidv7() } as const;
  await generateSlots(app.deps, context, { resourceId });
}

async function post(app: TestApp, path: string, body: unknown): Promise<string> {
  return (await send(app, path, body)).as(created).id;
}

async function send(app: TestApp, path: string, body: unknown): Promise<ApiAnswer> {
  const answer = await app.api("POST", path, { key: app.adminKey, body });
  if (answer.status !== 201)
    throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
  return answer;
}

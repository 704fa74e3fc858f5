import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Language, LocalizedText, Tenant } from "../context.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import type { AppointmentView } from "./schema.ts";

/** What a calendar shows of a visit: never what for. */
const titles: Readonly<Record<"appointment" | "booking", Readonly<Record<Language, string>>>> = {
  appointment: { it: "Appuntamento", de: "Termin", fr: "Rendez-vous", en: "Appointment" },
  booking: { it: "Prenotazione", de: "Reservierung", fr: "Réservation", en: "Booking" },
};

const referenceLabels: Readonly<Record<Language, string>> = {
  it: "Codice prenotazione",
  de: "Terminnummer",
  fr: "Numéro de rendez-vous",
  en: "Reference",
};

/**
 * An appointment as an iCalendar object (RFC 5545): instants in UTC, a UID that never changes, SEQUENCE rising with
 * each change, METHOD:CANCEL when cancelled and METHOD:PUBLISH (RFC 5546) otherwise. The title is neutral.
 */
export function calendarOf(
  appointment: AppointmentView,
  tenant: Pick<Tenant, "name" | "slug" | "defaultLanguage">,
): string {
  const { language, site } = appointment;
  const isCancelled = appointment.status === "cancelled";
  const noun = appointment.legs[0]?.service.noun ?? "appointment";
  const office = textIn(tenant.name, language, tenant.defaultLanguage);
  const calendar = ical({
    prodId: { company: "Sportello", product: "Sportello" },
    method: isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: `${appointment.id}@${tenant.slug}.sportello`,
    sequence: appointment.sequence,
    stamp: dateFromEpochMs(Date.parse(appointment.updated_at)),
    start: dateFromEpochMs(Date.parse(appointment.starts_at)),
    end: dateFromEpochMs(Date.parse(appointment.ends_at)),
    summary: withoutControls(`${titles[noun][language]} – ${office}`),
    location: withoutControls(
      [textIn(site.name, language, tenant.defaultLanguage), site.address]
        .filter(Boolean)
        .join(", "),
    ),
    description: withoutControls(
      `${referenceLabels[language]}: ${appointment.reference}${site.phone ? `\n${site.phone}` : ""}`,
    ),
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return calendar.toString();
}

function textIn(text: LocalizedText, language: Language, fallback: Language): string {
  return text[language] ?? text[fallback] ?? Object.values(text)[0] ?? "";
}

/** Controls (but the line feed, which the library escapes) and Unicode line separators could forge lines. */
function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u2028\u2029]/g, " ");
}

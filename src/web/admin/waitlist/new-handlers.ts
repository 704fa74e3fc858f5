/** Putting somebody on the waitlist who telephones or stands at the counter. */
import { v4 as uuidv4 } from "uuid";
import { languages } from "../../../context.ts";
import { DomainError } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { joinWaitlist } from "../../../waitlist/entries/join-waitlist.ts";
import { type FormSubject, judgeForm, readForm } from "../../detail-form.ts";
import { getOffer } from "../../offers.ts";
import { pathTo } from "../../page.ts";
import { today } from "../../time-search.ts";
import { daysOf, faultsOf, noFaults, proposedDays, readDays } from "../../waitlist-days.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import { type NewEntryForm, newEntryPage, officeChannels } from "./new-page.ts";

/** `GET /admin/waitlist/{service}/new`. */
export async function showNewEntry(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  return c.html(newEntryPage(page, await emptyForm(c)));
}

/** `POST /admin/waitlist/{service}/new`: it waits from now on, or the form comes back with what is wrong. */
export async function addEntry(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const fields = await readFields(c);
  const empty = await emptyForm(c);
  const { subject } = empty.people;
  const values = readForm(subject, fields);
  const { faults: peopleFaults, data } = judgeForm(subject, values);
  const days = readDays(fields);
  const faults = faultsOf(days);
  const form: NewEntryForm = {
    ...empty,
    ...officePart(empty, fields),
    people: { subject, values, faults: peopleFaults },
    days,
    faults,
  };
  if (!data || faults.hasBadDates || faults.hasNoWeekday)
    return c.html(newEntryPage(page, form), 422);
  const { accompaniedBy, ...people } = data;
  const what = {
    services: [subject.service.id],
    partySize: subject.partySize,
    language: form.language,
    people: {
      ...people,
      accompaniedBy: accompaniedBy === undefined ? undefined : { name: accompaniedBy },
    },
  };
  const wish = {
    what,
    ...(form.site ? { sites: [form.site] } : {}),
    ...daysOf(days),
    channel: form.channel,
    hasPriority: form.hasPriority,
  };
  const idempotency = { key: form.key, route: "POST /admin/waitlist/new", request: wish };
  try {
    await joinWaitlist(page.deps, page.context, { ...wish, idempotency });
  } catch (error) {
    return c.html(newEntryPage(page, { ...form, notice: refusedNotice(page, error) }), 409);
  }
  return c.redirect(pathTo(page, `/admin/waitlist/${subject.service.id}?done=added`), 303);
}

/** The form as it is before anything is typed; who is not one person is in its address. */
async function emptyForm(c: AdminContext): Promise<NewEntryForm> {
  const page = c.get("admin");
  const id = c.req.param("service") ?? "";
  if (!isId(id)) throw missing();
  const offer = await getOffer(page, id);
  const wanted = Number(c.req.query("persons") ?? "1");
  const most = offer.service.party_size_max;
  const partySize = Number.isInteger(wanted) ? Math.min(Math.max(wanted, 1), most) : 1;
  const country = page.tenant.holidayCountry;
  const subject: FormSubject = {
    service: offer.service,
    partySize,
    visitDate: today(page),
    country,
  };
  return {
    offer,
    people: { subject, values: {}, faults: [] },
    days: proposedDays(page),
    faults: noFaults,
    channel: "phone",
    language: page.language,
    site: "",
    hasPriority: false,
    key: uuidv4(),
    notice: undefined,
  };
}

function officePart(
  empty: NewEntryForm,
  fields: URLSearchParams,
): Pick<NewEntryForm, "channel" | "language" | "site" | "hasPriority" | "key"> {
  const key = fields.get("key") ?? "";
  return {
    channel: officeChannels.find((one) => one === fields.get("channel")) ?? empty.channel,
    language: languages.find((one) => one === fields.get("language")) ?? empty.language,
    site: empty.offer.sites.find(({ code }) => code === fields.get("site"))?.code ?? "",
    hasPriority: fields.get("priority") === "yes",
    key: /^[\x21-\x7E]{8,255}$/.test(key) ? key : empty.key,
  };
}

/** Why somebody cannot wait; what is a fault of ours goes on. */
function refusedNotice(page: AdminPage, error: unknown): NewEntryForm["notice"] {
  if (!(error instanceof DomainError) || error.problem.status >= 429) throw error;
  const isKnown = error.problem.slug === "already-waiting";
  return { kind: "alert", title: page.tell(isKnown ? "wait_refused_known" : "form_wrong") };
}

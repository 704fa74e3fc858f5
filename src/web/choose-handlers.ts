/** The first two steps: service, site and party; day and time, which is then held. */
import { html } from "hono/html";
import { v4 as uuidv4 } from "uuid";
import { DomainError } from "../errors.ts";
import type { HoldView } from "../slots/holds/hold-view.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { hasWaitlist } from "./can-exchange.ts";
import { closureNotices } from "./closure-notices.ts";
import { readDraft, writeDraft } from "./cookies.ts";
import type { Draft } from "./draft.ts";
import { addressOf, getOffer, listOffers, type Offer } from "./offers.ts";
import { type Page, pathTo } from "./page.ts";
import { isAboutTheTime } from "./refusals.ts";
import { servicePage } from "./service-page.ts";
import { startPage } from "./start-page.ts";
import type { ChooserTarget } from "./time-chooser.ts";
import { readDate, type TimeWish } from "./time-search.ts";
import { type TimesView, timesPage, wishSummary } from "./times-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /`: the services. */
export async function showStart(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const offers = await listOffers(page);
  const notices = await closureNotices(page, [...new Set(offers.flatMap(({ sites }) => sites))]);
  return c.html(startPage(page, offers, notices));
}

/** `GET /services/{service}`: one service with its conditions. */
export async function showService(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const offer = await getOffer(page, c.req.param("service") ?? "");
  const state = {
    invitation: c.req.query("invitation") ?? "",
    isInvitationRefused: c.req.query("refused") !== undefined,
    notices: await closureNotices(page, offer.sites, offer.service.id),
  };
  return c.html(servicePage(page, offer, state));
}

/** `GET /times`: the free times for a service, a site and a party. */
export async function showTimes(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const choice = await readChoice(page, (name) => c.req.query(name));
  const { offer, wish } = choice;
  const serviceHref = pathTo(page, `/services/${addressOf(offer.service)}`);
  const target: ChooserTarget = {
    action: pathTo(page, "/hold"),
    hidden: hiddenOf(choice),
    href: (query) =>
      pathTo(page, `/times?${new URLSearchParams({ ...hiddenOf(choice), ...query }).toString()}`),
    hasManySites: wish.sites.length > 1,
  };
  const frame = {
    title: page.t("times_title"),
    step: "time",
    back: { href: serviceHref, text: page.t("back_to_service") },
    summary: html`${await closureNotices(page, wish.sites, offer.service.id)}${wishSummary(page, wish, serviceHref)}`,
    waitlistHref: await waitlistHrefOf(page, choice),
  } as const;
  return c.html(
    await timesPage(page, wish, { frame, target, view: readView((name) => c.req.query(name)) }),
  );
}

/** `POST /hold`: keeps the chosen time and goes on, or comes back with the reason and the nearest times. */
export async function holdTime(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const fields = await readFields(c);
  const choice = await readChoice(page, (name) => fields.get(name) ?? undefined);
  const start = readStart(fields.get("start") ?? undefined);
  const site = choice.offer.sites.find(({ code }) => code === start?.siteCode);
  if (!start || !site) return goTo(c, timesHref(page, choice, {}));
  const earlier = readDraft(c, page);
  const client = earlier?.client ?? uuidv4();
  try {
    const hold = await page.deps.keepTime({
      context: page.context,
      wish: {
        names: { services: [choice.offer.service.id], site: site.id },
        ...(choice.invitation ? { invitationCode: choice.invitation } : {}),
        startsAt: start.at,
        partySize: choice.wish.partySize,
        channel: "web",
        client,
      },
    });
    writeDraft(c, page, draftOf(choice, hold, { client, earlier }));
    return goTo(c, pathTo(page, "/details"));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.problem.slug === "invitation-not-valid") {
      const query = new URLSearchParams({ refused: "1", invitation: choice.invitation });
      return goTo(
        c,
        pathTo(page, `/services/${addressOf(choice.offer.service)}?${query.toString()}#errors`),
      );
    }
    if (!isAboutTheTime(error)) throw error;
    return goTo(
      c,
      timesHref(page, choice, { refused: error.problem.slug, at: start.at.toISOString() }),
    );
  }
}

/** What was chosen in the first step. */
export interface Choice {
  readonly offer: Offer;
  readonly wish: TimeWish;
  /** A site's code, or empty for any. */
  readonly siteCode: string;
  readonly invitation: string;
}

/** Reads service, site and party from an address or a form. Throws `not-found` for an unknown service. */
export async function readChoice(
  page: Page,
  read: (name: string) => string | undefined,
): Promise<Choice> {
  const offer = await getOffer(page, read("service") ?? "");
  const chosen = offer.sites.filter((site) => site.code === read("site"));
  const sites = chosen.length > 0 ? chosen : offer.sites;
  const wanted = Number(read("persons") ?? "1");
  const partySize = Number.isInteger(wanted)
    ? Math.min(Math.max(wanted, 1), offer.service.party_size_max)
    : 1;
  return {
    offer,
    wish: { services: [offer.service], sites, partySize },
    siteCode: chosen[0]?.code ?? "",
    invitation:
      offer.service.visibility === "invitation" ? (read("invitation") ?? "").slice(0, 100) : "",
  };
}

/** Where one waits for the choice; undefined where its service has no waitlist, or is by invitation. */
async function waitlistHrefOf(page: Page, choice: Choice): Promise<string | undefined> {
  const { service } = choice.offer;
  if (service.visibility === "invitation" || !(await hasWaitlist(page, [service.id])))
    return undefined;
  return pathTo(page, `/waitlist/join?${new URLSearchParams(hiddenOf(choice)).toString()}`);
}

function hiddenOf({ offer, wish, siteCode, invitation }: Choice): Record<string, string> {
  return {
    service: addressOf(offer.service),
    ...(siteCode ? { site: siteCode } : {}),
    ...(wish.partySize > 1 ? { persons: String(wish.partySize) } : {}),
    ...(invitation ? { invitation } : {}),
  };
}

function timesHref(page: Page, choice: Choice, query: Readonly<Record<string, string>>): string {
  return pathTo(
    page,
    `/times?${new URLSearchParams({ ...hiddenOf(choice), ...query }).toString()}`,
  );
}

/** Reads what a page of times shows from its address; used for moving too. */
export function readView(read: (name: string) => string | undefined): TimesView {
  const at = readInstant(read("at"));
  const slug = read("refused");
  return {
    day: readDate(read("day")),
    from: readDate(read("from")),
    refused: at && slug ? { at, slug } : undefined,
  };
}

/** Reads the value of a time's button: `{instant}/{site code}`. */
export function readStart(
  value: string | undefined,
): { readonly at: Date; readonly siteCode: string } | undefined {
  const [instant, siteCode] = value?.split("/") ?? [];
  const at = readInstant(instant);
  return at && siteCode ? { at, siteCode } : undefined;
}

function readInstant(text: string | undefined): Date | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : dateFromEpochMs(ms);
}

/** What was typed for an earlier time of the same service is kept. */
function draftOf(
  { offer, wish, siteCode, invitation }: Choice,
  hold: HoldView,
  { client, earlier }: { client: string; earlier: Draft | undefined },
): Draft {
  const service = addressOf(offer.service);
  return {
    hold_id: hold.id,
    is_booked: false,
    client,
    key: uuidv4(),
    service,
    chosen_site: siteCode,
    invitation,
    site_id: hold.site_id,
    party_size: wish.partySize,
    starts_at: hold.starts_at,
    ends_at: hold.ends_at,
    expires_at: hold.expires_at,
    form: earlier && !earlier.is_booked && earlier.service === service ? earlier.form : {},
  };
}

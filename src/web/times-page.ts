/** The second step: day and time. The same view serves moving an appointment. */
import { html } from "hono/html";
import { addDays, type LocalDate } from "../time/local-date.ts";
import { dateAtNoon, dateStyle, formatDay, formatTime } from "./format-time.ts";
import { layout, type Notice, type Step, phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, say, sayPlain, timeStyle } from "./page.ts";
import { refusalText } from "./refusals.ts";
import { bigChoices, type ChooserTarget, dayList, dayTimes, weekPager } from "./time-chooser.ts";
import {
  type Day,
  daysShown,
  listDays,
  listNearestTimes,
  listNextTimes,
  mondayOf,
  type TimeWish,
  today,
} from "./time-search.ts";
import { waitlistLink } from "./waitlist-link.ts";
import { localDateOf } from "../time/wall-clock.ts";

/** What the address of the page asks for. */
export interface TimesView {
  readonly day?: LocalDate | undefined;
  readonly from?: LocalDate | undefined;
  /** A time that could not be had, and the slug of the reason. */
  readonly refused?: { readonly slug: string; readonly at: Date } | undefined;
}

/** The parts in which booking and moving differ. */
export interface TimesFrame {
  readonly title: string;
  readonly step?: Step;
  readonly back: { readonly href: string; readonly text: string };
  readonly summary: Html;
  /** Where one waits when no time suits; undefined where the service has no waitlist. */
  readonly waitlistHref?: string | undefined;
}

/** Renders the choice of a time; an empty result says what to do instead. */
export async function timesPage(
  page: Page,
  wish: TimeWish,
  options: { readonly frame: TimesFrame; readonly target: ChooserTarget; readonly view: TimesView },
): Promise<Html> {
  const { frame, target, view } = options;
  if (view.day && !view.refused) {
    const [day] = await listDays(page, wish, { from: view.day, to: view.day });
    if (day && day.state === "free") return oneDay(page, { frame, target, day });
  }
  const found = await listNextTimes(page, wish);
  const next = view.refused ? await listNearestTimes(page, wish, view.refused.at) : found.times;
  const content =
    next.length === 0 && !view.refused
      ? await emptyView(page, wish, { target, nextPublicationAt: found.nextPublicationAt })
      : html`${
          next.length > 0
            ? html`<h2>${page.t(view.refused ? "nearest_title" : "next_title", { count: next.length })}</h2>
      ${bigChoices(page, target, next)}`
            : nothing
        }
      ${await calendar(page, wish, { target, from: view.from, firstDay: firstDate(page, found.times[0]?.startsAt) })}`;
  return layout(page, {
    ...frame,
    notice: view.refused ? refusedNotice(page, wish, view.refused) : undefined,
    content: html`${frame.summary}${content}
      ${waitlistLink(page, frame.waitlistHref)}`,
  });
}

async function oneDay(
  page: Page,
  { frame, target, day }: { frame: TimesFrame; target: ChooserTarget; day: Day },
): Promise<Html> {
  const name = formatDay(dateAtNoon(day.date), dateStyle(timeStyle(page, "UTC")));
  return layout(page, {
    ...frame,
    title: page.t("day_title", { day: name }),
    back: { href: `${target.href({ from: mondayOf(day.date) })}`, text: page.t("back_to_days") },
    content: html`${frame.summary}${dayTimes(page, target, day)}`,
  });
}

async function calendar(
  page: Page,
  wish: TimeWish,
  {
    target,
    from,
    firstDay,
  }: { target: ChooserTarget; from: LocalDate | undefined; firstDay: LocalDate },
): Promise<Html> {
  const monday = mondayOf(from ?? firstDay);
  const days = await listDays(page, wish, { from: monday, to: addDays(monday, daysShown - 1) });
  const horizonDays = Math.max(...wish.services.map((service) => service.horizon_days));
  const isEmpty = days.every((day) => day.state === "closed");
  return html`<h2 id="days">${page.t("days_title")}</h2>
      ${isEmpty ? html`<p>${page.t("days_none")}</p>` : dayList(page, target, days)}
      ${weekPager(page, target, { from: monday, firstDay, lastDay: addDays(today(page), horizonDays) })}`;
}

async function emptyView(
  page: Page,
  wish: TimeWish,
  { target, nextPublicationAt }: { target: ChooserTarget; nextPublicationAt: Date | null },
): Promise<Html> {
  const { t } = page;
  const { phone } = page.tenant.contact;
  const days = await listDays(page, wish, {
    from: mondayOf(today(page)),
    to: addDays(mondayOf(today(page)), daysShown - 1),
  });
  return html`<div class="hint-box">
        <p><strong>${t("empty_title")}</strong></p>
        <p>${publicationText(page, wish, nextPublicationAt)}</p>
        ${phone ? html`<p>${t("empty_call")} ${phoneLink(phone)}</p>` : nothing}
      </div>
      ${days.some((day) => day.state !== "closed") ? html`<h2 id="days">${t("days_title")}</h2>${dayList(page, target, days)}` : nothing}`;
}

function publicationText(page: Page, wish: TimeWish, nextPublicationAt: Date | null): string {
  const style = timeStyle(page, wish.sites[0]?.time_zone ?? page.tenant.timeZone);
  if (nextPublicationAt) {
    return page.t("empty_next", {
      day: formatDay(nextPublicationAt, style),
      time: formatTime(nextPublicationAt, style),
    });
  }
  const horizonDays = Math.max(...wish.services.map((service) => service.horizon_days));
  const time = wish.services[0]?.publication_time.slice(0, 5) ?? "00:00";
  return page.t("empty_published", { days: horizonDays, time });
}

function refusedNotice(page: Page, wish: TimeWish, refused: { slug: string; at: Date }): Notice {
  const zone = wish.sites[0]?.time_zone ?? page.tenant.timeZone;
  const style = timeStyle(page, zone);
  return {
    kind: "alert",
    title: page.t("refused_title", {
      day: formatDay(refused.at, style),
      time: formatTime(refused.at, style),
    }),
    body: refusalText(page, refused.slug),
  };
}

function firstDate(page: Page, next: Date | undefined): LocalDate {
  return next ? localDateOf(next.getTime(), page.tenant.timeZone) : today(page);
}

/** What a time is looked for: the service, the site and the party. */
export function wishSummary(page: Page, wish: TimeWish, changeHref: string | undefined): Html {
  const [only] = wish.sites;
  const site = wish.sites.length === 1 && only ? say(page, only.name) : page.t("site_any");
  const services = wish.services.map((service) => sayPlain(page, service.name)).join(", ");
  return html`<p class="card"><strong>${services}</strong><br>${site}${
    wish.partySize > 1 ? html` · ${page.t("persons", { count: wish.partySize })}` : nothing
  }${changeHref ? html`<br><a href="${changeHref}">${page.t("change_choice")}</a>` : nothing}</p>`;
}

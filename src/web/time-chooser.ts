/** Choosing a day and a time: the next free times first, then the days, then the times of one day. */
import { html } from "hono/html";
import { hiddenControl } from "./controls.ts";
import {
  dateAtNoon,
  dateStyle,
  formatDay,
  formatDayAndMonth,
  formatShortDay,
  formatWeekday,
  formatTime,
  formatTimeWithZone,
} from "./format-time.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, say, timeStyle } from "./page.ts";
import { type Day, daysShown, type FreeTime, mondayOf } from "./time-search.ts";
import { addDays, type LocalDate } from "../time/local-date.ts";

/** Where the buttons and links of a chooser lead. */
export interface ChooserTarget {
  /** The form's address; the chosen time is its control `start`. */
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  /** The page itself, to which `day` or `from` is added. */
  readonly href: (query: Readonly<Record<string, string>>) => string;
  /** Whether times of several sites are mixed, so that each must name its site. */
  readonly hasManySites: boolean;
}

/** What the button of a time sends: the instant and the site. */
function startValue(time: FreeTime): string {
  return `${time.startsAt.toISOString()}/${time.site.code}`;
}

/** A few times as large buttons, the first one most prominent. */
export function bigChoices(page: Page, target: ChooserTarget, times: readonly FreeTime[]): Html {
  return chooserForm(
    target,
    html`<ul class="choices">${times.map((time, i) => {
      const style = timeStyle(page, time.site.time_zone);
      return html`<li><button class="${i === 0 ? "choice choice--first" : "choice"}" type="submit" name="start" value="${startValue(time)}">
            <span class="choice__name"><span class="sentence">${formatDay(time.startsAt, style)}, ${page.t("at_time", { time: formatTime(time.startsAt, style) })}</span></span>
            ${timeFacts(page, target, time)}
          </button></li>`;
    })}</ul>`,
  );
}

function timeFacts(page: Page, target: ChooserTarget, time: FreeTime): Html | string {
  const places = time.places > 1 ? page.t("places_left", { count: time.places }) : nothing;
  if (!target.hasManySites)
    return places ? html`<span class="choice__facts">${places}</span>` : nothing;
  return html`<span class="choice__facts">${say(page, time.site.name)}${places ? html` · ${places}` : nothing}</span>`;
}

/** The days of three weeks; those with free times are links. */
export function dayList(page: Page, target: ChooserTarget, days: readonly Day[]): Html {
  const weeks = Array.from({ length: Math.ceil(days.length / 7) }, (_, i) =>
    days.slice(i * 7, i * 7 + 7),
  );
  return html`${weeks.map((week) => weekOfDays(page, target, week))}`;
}

function weekOfDays(page: Page, target: ChooserTarget, week: readonly Day[]): Html | string {
  const [first] = week;
  const last = week.at(-1);
  if (!first || !last || week.every((day) => day.state === "closed")) return nothing;
  const style = dateStyle(timeStyle(page, "UTC"));
  const values = {
    from: formatDayAndMonth(dateAtNoon(first.date), style),
    to: formatDayAndMonth(dateAtNoon(last.date), style),
  };
  return html`<h3>${page.t("week_title", values)}</h3>
      <ul class="days">${week.map((day) => dayItem(page, target, day))}</ul>`;
}

function dayItem(page: Page, target: ChooserTarget, day: Day): Html {
  const at = dateAtNoon(day.date);
  const style = dateStyle(timeStyle(page, "UTC"));
  const date = html`<span class="day__date"><span class="sentence">${formatWeekday(at, style)}</span> <span>${formatShortDay(at, style)}</span></span>`;
  const state = html`<span class="day__state">${dayStateText(page, day)}</span>`;
  if (day.state === "free") {
    return html`<li><a class="day" href="${target.href({ day: day.date })}">${date} ${state}</a></li>`;
  }
  const closed = day.state === "closed" ? html` class="days__item--closed"` : nothing;
  return html`<li${closed}><span class="day">${date} ${state}</span></li>`;
}

function dayStateText(page: Page, day: Day): string {
  switch (day.state) {
    case "free":
      return page.t("day_free", { count: day.times.length });
    case "full":
      return page.t("day_full");
    case "walk_in":
      return page.t("day_walk_in");
    case "not_published":
      return page.t("day_not_published");
    case "too_late":
      return page.t("day_too_late");
    case "undecided":
      return page.t("day_undecided");
    case "closed":
      return page.t("day_closed");
  }
}

/** Links to earlier and later weeks, as far as there can be any. */
export function weekPager(
  page: Page,
  target: ChooserTarget,
  range: { from: LocalDate; firstDay: LocalDate; lastDay: LocalDate },
): Html | string {
  const earlier =
    range.from > mondayOf(range.firstDay) ? addDays(range.from, -daysShown) : undefined;
  const later = addDays(range.from, daysShown);
  if (!earlier && later > range.lastDay) return nothing;
  return html`<nav class="pager" aria-label="${page.t("days_nav")}">
      ${earlier ? html`<a href="${target.href({ from: earlier })}#days">${page.t("days_earlier")}</a>` : nothing}
      ${later <= range.lastDay ? html`<a href="${target.href({ from: later })}#days">${page.t("days_later")}</a>` : nothing}
    </nav>`;
}

/** The times of one day as buttons, by site when there are several, then by half of the day. */
export function dayTimes(page: Page, target: ChooserTarget, day: Day): Html {
  const bySite = Map.groupBy(day.times, (time) => time.site.id);
  return chooserForm(
    target,
    html`${[...bySite.values()].map((times) => {
      const [first] = times;
      const heading =
        target.hasManySites && first ? html`<h2>${say(page, first.site.name)}</h2>` : nothing;
      return html`${heading}${halvesOfDay(page, times)}`;
    })}`,
  );
}

function halvesOfDay(page: Page, times: readonly FreeTime[]): Html {
  const isMorning = (time: FreeTime): boolean =>
    formatTime(time.startsAt, timeStyle(page, time.site.time_zone)) < "12:00";
  const halves = [
    { title: page.t("morning"), times: times.filter(isMorning) },
    { title: page.t("afternoon"), times: times.filter((time) => !isMorning(time)) },
  ];
  const repeated = repeatedClocks(page, times);
  return html`${halves.map((half) =>
    half.times.length === 0
      ? nothing
      : html`<h3>${half.title}</h3>
      <ul class="times">${half.times.map((time) => html`<li>${timeButton(page, time, repeated)}</li>`)}</ul>`,
  )}`;
}

function timeButton(page: Page, time: FreeTime, repeated: ReadonlySet<string>): Html {
  const style = timeStyle(page, time.site.time_zone);
  const clock = formatTime(time.startsAt, style);
  return html`<button class="time" type="submit" name="start" value="${startValue(time)}"><span class="time__clock">${
    repeated.has(clock) ? formatTimeWithZone(time.startsAt, style) : clock
  }</span>${time.places > 1 ? html` <span class="time__places">${page.t("places_left", { count: time.places })}</span>` : nothing}</button>`;
}

/** Clock times that occur twice on this day, because the clock was put back. */
function repeatedClocks(page: Page, times: readonly FreeTime[]): ReadonlySet<string> {
  const clocks = times.map((time) =>
    formatTime(time.startsAt, timeStyle(page, time.site.time_zone)),
  );
  return new Set(clocks.filter((clock, i) => clocks.indexOf(clock) !== i));
}

function chooserForm(target: ChooserTarget, content: Html): Html {
  return html`<form method="post" action="${target.action}">
      ${Object.entries(target.hidden).map(([name, value]) => hiddenControl(name, value))}
      ${content}
    </form>`;
}

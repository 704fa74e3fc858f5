import { serviceIdsOf } from "../../appointments/appointment-view.ts";
import type { AppointmentRow } from "../../appointments/queries.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import type { Deps, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { findTemplate, type MessageData, renderSpoken } from "../../messages/content/content.ts";
import { renderNotice } from "../../messages/content/notice.ts";
import type { TaskRow } from "../../messages/phone-tasks/queries.ts";
import { readClock } from "../../messages/store/queries.ts";
import { messageDataOf } from "./message-data.ts";
import { offerDataOf } from "./offer-messages.ts";
import { findOperationWords, listOffered, listSiteWords } from "./queries.ts";
import { textFor } from "./text-for.ts";

/** What an operator says, and in which language the administration has it. */
export interface SpokenText {
  readonly text: string;
  readonly language: AppointmentView["language"];
}

/**
 * Writes what an operator says in a call about an appointment: the words of the e-mail that its citizen would get, an
 * operation's own text included, without links.
 */
export async function spokenText(
  trx: Trx,
  given: {
    readonly tenant: Tenant;
    readonly task: Pick<TaskRow, "kind" | "facts">;
    readonly row: AppointmentRow;
    readonly appointment: AppointmentView;
  },
): Promise<SpokenText | undefined> {
  const { tenant, task, row, appointment } = given;
  const { facts } = task;
  const template = await findTemplate(trx, tenant.id, {
    kind: task.kind,
    channel: "email",
    language: appointment.language,
    serviceIds: serviceIdsOf(row),
  });
  if (template.channel !== "email") return undefined;
  const { language } = template;
  const siteIds = [row.site.id, facts["old_site_id"]].flatMap((id) =>
    typeof id === "string" ? [id] : [],
  );
  const data = messageDataOf({
    tenant,
    appointment,
    facts,
    language,
    sites: await listSiteWords(trx, tenant.id, siteIds),
    ...noLinks,
    now: await readClock(trx),
  });
  const said = { ...data, ...(await noticeOf(trx, { tenant, facts, data, language })) };
  return { text: renderSpoken(template, said, language), language };
}

/** Links are left out of what is said, so nothing secret is put into them. */
const noLinks = { publicUrl: "", token: "" } as const;

async function noticeOf(
  trx: Trx,
  given: Pick<TaskRow, "facts"> & {
    readonly tenant: Tenant;
    readonly data: MessageData;
    readonly language: AppointmentView["language"];
  },
): Promise<Pick<MessageData, "notice_text">> {
  const { tenant, facts, data, language } = given;
  const id = facts["operation_id"];
  if (typeof id !== "string") return {};
  const { texts } = await findOperationWords(trx, tenant.id, id);
  const text = textFor(texts, { language, defaultLanguage: tenant.defaultLanguage });
  return text === undefined ? {} : { notice_text: renderNotice(text, data, "email") };
}

/** The same of an offer of the waitlist; undefined when it is missing. */
export async function spokenOffer(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  given: {
    readonly tenant: Tenant;
    readonly id: string;
    readonly language: AppointmentView["language"];
  },
): Promise<SpokenText | undefined> {
  const { tenant, id } = given;
  const [offer] = await listOffered(trx, tenant.id, [id]);
  if (!offer) return undefined;
  const template = await findTemplate(trx, tenant.id, {
    kind: "waitlist_offer",
    channel: "email",
    language: given.language,
    serviceIds: offer.service_ids,
  });
  if (template.channel !== "email") return undefined;
  const { language } = template;
  const data = offerDataOf({ tenant, offer, language, publicUrl: "", vault });
  return { text: renderSpoken(template, data, language), language };
}

import {
  appointmentView,
  openAppointment,
  serviceIdsOf,
} from "../../appointments/appointment-view.ts";
import { type AppointmentRow, listAppointmentsById } from "../../appointments/queries.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import { listTerms } from "../../appointments/terms/queries.ts";
import type { ServiceTerms } from "../../appointments/terms/terms.ts";
import { createBriefCache } from "../../identity/brief-cache.ts";
import { manageToken } from "../../identity/manage-token.ts";
import {
  findTemplate,
  type FoundTemplate,
  type renderEmail,
} from "../../messages/content/content.ts";
import { renderNotice } from "../../messages/content/notice.ts";
import { sampleData } from "../../messages/content/sample-data.ts";
import type {
  Compose,
  ComposeRequest,
  Composition,
  MessageToSend,
} from "../../messages/sending/composition.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { addressHashOf } from "../../messages/store/recipient.ts";
import { listOptOuts } from "../opt-out/queries.ts";
import { listConfirmed } from "../presence/queries.ts";
import { composeOffers } from "./compose-offers.ts";
import {
  type ComposerOptions,
  notComposed,
  orFail,
  quietOf,
  type Writer,
  written,
} from "./writer.ts";
import { judgeMessage } from "./judge-message.ts";
import { messageDataOf, type SiteWords } from "./message-data.ts";
import { findOperationWords, listSiteWords, type OperationWords } from "./queries.ts";
import { textFor } from "./text-for.ts";
import { webhookContentOf } from "./webhook-data.ts";

/** What templates, settings, services and sites say may be this old. */
const cacheMs = 1_000;

/** Makes what writes messages about appointments and offers, and tests with made-up data. */
export function createComposer(options: ComposerOptions): Compose {
  const templates = createBriefCache<FoundTemplate>({ ttlMs: cacheMs, entriesMax: 5_000 });
  const settings = createBriefCache<MessageSettings>({ ttlMs: cacheMs, entriesMax: 1_000 });
  const terms = createBriefCache<readonly ServiceTerms[]>({ ttlMs: cacheMs, entriesMax: 1_000 });
  const words = createBriefCache<OperationWords>({ ttlMs: cacheMs, entriesMax: 1_000 });
  const sites = createBriefCache<ReadonlyMap<string, SiteWords>>({
    ttlMs: cacheMs,
    entriesMax: 1_000,
  });
  return async (trx, request) => {
    const { tenant } = request;
    const findOnce: Writer["findTemplate"] = (wanted) =>
      templates.get(JSON.stringify([tenant.id, wanted]), () =>
        findTemplate(trx, tenant.id, wanted),
      );
    const found = await settings.get(tenant.id, () => findSettings(trx, tenant.id));
    const writer: Writer = {
      trx,
      options,
      request,
      settings: found,
      findTemplate: findOnce,
      listTerms: (ids) =>
        terms.get([tenant.id, ...ids].join(), () => listTerms(trx, tenant.id, ids)),
      listSites: (ids) =>
        sites.get([tenant.id, ...ids].join(), () => listSiteWords(trx, tenant.id, ids)),
      findWords: (id) =>
        words.get(`${tenant.id}/${id}`, () => findOperationWords(trx, tenant.id, id)),
    };
    const compositions = new Map<string, Composition>();
    await composeTests(writer, compositions);
    await composeAppointments(writer, compositions);
    await composeOffers(writer, compositions);
    return compositions;
  };
}

async function composeTests(writer: Writer, compositions: Map<string, Composition>): Promise<void> {
  const { request, options } = writer;
  for (const message of request.messages) {
    if (message.subjectKind !== "test" || message.channel === "webhook") continue;
    const serviceId = message.facts["service_id"];
    const template = await writer.findTemplate({
      kind: message.kind,
      channel: message.channel,
      language: message.language,
      serviceIds: typeof serviceId === "string" ? [serviceId] : [],
    });
    const { language } = template;
    const write = (): Composition => {
      const data = sampleData({ ...options, language, tenant: request.tenant });
      return written(writer, { template, data, message });
    };
    compositions.set(message.id, orFail(writer, message, write));
  }
}

/** An appointment as its messages need it. */
interface Loaded {
  readonly row: AppointmentRow;
  /** Opens it; throws when what is sealed is damaged. */
  readonly view: () => AppointmentView;
}

async function composeAppointments(
  writer: Writer,
  compositions: Map<string, Composition>,
): Promise<void> {
  const { request } = writer;
  const messages = request.messages.filter((one) => one.subjectKind === "appointment");
  if (messages.length === 0) return;
  const loaded = await loadAppointments(writer, messages);
  const context = {
    loaded,
    sites: await writer.listSites(siteIdsOf(messages, loaded)),
    optedOut: await findOptedOut(writer, messages),
    confirmed: await findConfirmed(writer, messages),
  };
  for (const message of messages) {
    const one = loaded.get(message.subjectId);
    // Another administration's or a vanished one: there is nothing that could be true about it.
    if (!one) compositions.set(message.id, { verdict: "discard", reason: "missing" });
    else compositions.set(message.id, await composeOne(writer, { message, one, ...context }));
  }
}

async function loadAppointments(
  { trx, options, request: { tenant }, listTerms: listOnce }: Writer,
  messages: readonly MessageToSend[],
): Promise<Map<string, Loaded>> {
  const ids = [...new Set(messages.map((message) => message.subjectId))];
  // Where one is served is said to other systems only.
  const hasResources = messages.some(({ channel }) => channel === "webhook");
  const rows = await listAppointmentsById(trx, tenant.id, { ids, hasResources });
  const terms = await listOnce([...new Set(rows.flatMap(serviceIdsOf))].toSorted());
  const byId = new Map(terms.map((one) => [one.id, one]));
  return new Map(
    rows.map((row) => {
      const own = serviceIdsOf(row).flatMap((id) => byId.get(id) ?? []);
      const view = (): AppointmentView =>
        appointmentView(openAppointment(options, { tenantId: tenant.id, row, terms: own }));
      return [row.id, { row, view }];
    }),
  );
}

function siteIdsOf(
  messages: readonly MessageToSend[],
  loaded: ReadonlyMap<string, Loaded>,
): string[] {
  const old = messages.flatMap(({ facts: { old_site_id: id } }) =>
    typeof id === "string" ? [id] : [],
  );
  return [...new Set([...old, ...[...loaded.values()].map(({ row }) => row.site.id)])].toSorted();
}

/** Ids of messages to addresses that want no reminders. */
async function findOptedOut(
  { trx, options: { vault }, request: { tenant } }: Writer,
  messages: readonly MessageToSend[],
): Promise<Set<string>> {
  const hashed = messages.flatMap(({ id, kind, channel, recipient }) =>
    recipient !== null && (kind === "reminder" || kind === "follow_up")
      ? [{ id, hash: addressHashOf(vault, tenant.id, { channel, recipient }) }]
      : [],
  );
  const optOuts = await listOptOuts(
    trx,
    tenant.id,
    hashed.map(({ hash }) => hash),
  );
  return new Set(
    hashed.filter(({ hash }) => optOuts.has(hash.toString("hex"))).map(({ id }) => id),
  );
}

async function findConfirmed(
  { trx, request: { tenant } }: Writer,
  messages: readonly MessageToSend[],
): Promise<Set<string>> {
  const asking = messages.filter(({ kind }) => kind === "please_confirm");
  if (asking.length === 0) return new Set();
  return listConfirmed(
    trx,
    tenant.id,
    asking.map((one) => one.subjectId),
  );
}

interface OneMessage {
  readonly message: MessageToSend;
  readonly one: Loaded;
  readonly sites: ReadonlyMap<string, SiteWords>;
  readonly optedOut: ReadonlySet<string>;
  readonly confirmed: ReadonlySet<string>;
}

async function composeOne(writer: Writer, given: OneMessage): Promise<Composition> {
  const { message, one } = given;
  const judgement = writer.request.isSample ? undefined : judgeMessage(judgingOf(writer, given));
  if (judgement) return judgement;
  if (message.channel === "webhook") {
    return orFail(writer, message, () => {
      const webhook = webhookContentOf(message, one.view());
      return webhook ? { verdict: "webhook", webhook } : notComposed;
    });
  }
  const template = await writer.findTemplate({
    kind: message.kind,
    channel: message.channel,
    language: message.language,
    serviceIds: serviceIdsOf(one.row),
  });
  const words = await wordsOf(writer, message);
  return orFail(writer, message, () => {
    const appointment = one.view();
    const plain = messageDataOf({ ...sourceOf(writer, given, template), appointment });
    const data = words
      ? withOperation(plain, { words, template, tenant: writer.request.tenant })
      : plain;
    return written(writer, { template, data, message, appointment });
  });
}

/** What the message's operation says to those concerned; undefined when it is of none. */
async function wordsOf(
  { findWords }: Writer,
  { facts }: MessageToSend,
): Promise<OperationWords | undefined> {
  const id = facts["operation_id"];
  return typeof id === "string" ? findWords(id) : undefined;
}

type Data = Parameters<typeof renderEmail>[1];

/** Adds an operation's text, in the template's language where it is written in it, and the link to other times. */
function withOperation(
  plain: Data,
  given: {
    readonly words: OperationWords;
    readonly template: FoundTemplate;
    readonly tenant: ComposeRequest["tenant"];
  },
): Data {
  const { words, template, tenant } = given;
  const { language, channel, kind } = template;
  const text = textFor(words.texts, { language, defaultLanguage: tenant.defaultLanguage });
  return {
    ...plain,
    ...(text === undefined ? {} : { notice_text: renderNotice(text, plain, channel) }),
    ...(words.has_rebooking && kind === "cancellation" && plain.manage_url !== undefined
      ? { booking_url: `${plain.manage_url}/rebook` }
      : {}),
  };
}

function sourceOf(
  { options, request }: Writer,
  { message, one: { row }, sites }: OneMessage,
  { language }: FoundTemplate,
) {
  const { tenant, now } = request;
  const token = manageToken(options.vault, {
    tenantId: tenant.id,
    appointmentId: row.id,
    kid: row.token_kid,
    version: row.token_version,
  });
  const { publicUrl } = options;
  return { tenant, facts: message.facts, language, sites, publicUrl, token, now };
}

function judgingOf({ settings, request }: Writer, given: OneMessage) {
  const { message, one, optedOut, confirmed } = given;
  const { row } = one;
  return {
    message,
    now: request.now,
    appointment: {
      status: row.status,
      participants: row.participants,
      startsAt: row.starts_at.getTime(),
      siteId: row.site.id,
    },
    quiet: quietOf(settings, row.site.time_zone),
    hasOptedOut: optedOut.has(message.id),
    isConfirmed: confirmed.has(message.subjectId),
  };
}

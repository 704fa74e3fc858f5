import { calendarOf } from "../../appointments/calendar.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import type { ServiceTerms } from "../../appointments/terms/terms.ts";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import {
  type findTemplate,
  type FoundTemplate,
  renderEmail,
  renderSms,
} from "../../messages/content/content.ts";
import type {
  ComposeRequest,
  Composition,
  MessageToSend,
} from "../../messages/sending/composition.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { reachOf } from "../planning/reach.ts";
import type { SiteWords } from "./message-data.ts";
import type { OperationWords } from "./queries.ts";

export interface ComposerOptions extends Pick<Deps, "vault"> {
  /** Where citizens reach the service, without a slash at its end. */
  readonly publicUrl: string;
  /** Called for a message that cannot be written, through damaged data or a template's fault; it fails, the others go on. */
  readonly onFault: (messageId: string, error: unknown) => void;
}

/** What writing one batch works with. */
export interface Writer {
  readonly trx: Trx;
  readonly options: ComposerOptions;
  readonly request: ComposeRequest;
  readonly settings: MessageSettings;
  readonly findTemplate: (wanted: Parameters<typeof findTemplate>[2]) => Promise<FoundTemplate>;
  readonly listTerms: (serviceIds: readonly string[]) => Promise<readonly ServiceTerms[]>;
  readonly findWords: (operationId: string) => Promise<OperationWords>;
  readonly listSites: (siteIds: readonly string[]) => Promise<ReadonlyMap<string, SiteWords>>;
}

/** What a message that cannot be written comes to. */
export const notComposed = { verdict: "fail", reason: "not_composed" } as const;

/** Nothing in here may ask the database: a fault must not end the transaction. */
export function orFail(
  { options }: Writer,
  { id }: MessageToSend,
  write: () => Composition,
): Composition {
  try {
    return write();
  } catch (error) {
    options.onFault(id, error);
    return notComposed;
  }
}

/** Quiet hours on the wall clock of a zone. */
export function quietOf(settings: MessageSettings, zone: string) {
  return { from: toLocalTime(settings.quiet_from), to: toLocalTime(settings.quiet_to), zone };
}

/** What a message is written from. */
export interface ToWrite {
  readonly template: FoundTemplate;
  readonly data: Parameters<typeof renderEmail>[1];
  readonly message: MessageToSend;
  readonly appointment?: AppointmentView;
}

/** Writes an e-mail or a text message in the words of its template. */
export function written(
  { settings, request: { tenant } }: Writer,
  { template, data, message, appointment }: ToWrite,
): Composition {
  if (template.channel === "sms") {
    const { text, encoding, parts } = renderSms(template, data, {
      transliterate: settings.sms_is_transliterated,
    });
    return { verdict: "sms", sms: { text, encoding, parts } };
  }
  const { language } = template;
  const replyTo = reachOf({ email: tenant.contact.email }, tenant.holidayCountry).email;
  return {
    verdict: "email",
    email: {
      ...renderEmail(template, data, language),
      language,
      ...(replyTo === undefined ? {} : { replyTo: { address: replyTo } }),
      ...(appointment && calendarFor(message, appointment, tenant)),
      ...(appointment && isOptional(message) && data.opt_out_url !== undefined
        ? { listUnsubscribe: { url: data.opt_out_url } }
        : {}),
    },
  };
}

function isOptional({ kind }: MessageToSend): boolean {
  return kind === "reminder" || kind === "follow_up";
}

function calendarFor(
  { kind }: MessageToSend,
  appointment: AppointmentView,
  tenant: ComposeRequest["tenant"],
) {
  switch (kind) {
    case "confirmation":
    case "change":
      return { calendar: { method: "PUBLISH", ics: calendarOf(appointment, tenant) } } as const;
    case "cancellation":
    case "released":
      return { calendar: { method: "CANCEL", ics: calendarOf(appointment, tenant) } } as const;
    case "reminder":
    case "please_confirm":
    case "follow_up":
    case "waitlist_offer":
    case "waitlist_taken":
    case "bulk_notice":
    case "urgent_notice":
      return {};
  }
}

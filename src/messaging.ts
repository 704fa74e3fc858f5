import type { Config } from "./config.ts";
import type { AppDeps } from "./deps.ts";
import { folderMark } from "./folder-mark.ts";
import { createDispatcher, type Dispatcher } from "./messages/dispatch/dispatch-messages.ts";
import { messageChannels } from "./messages/message.ts";
import { recordReceipts } from "./messages/receipts/record-receipts.ts";
import type { Providers, Senders } from "./messages/sending/provider.ts";
import { createSender, type Sender } from "./messages/sending/sender.ts";
import type { SendingRates } from "./messages/rates/take-turns.ts";
import type { ReadBouncesOptions } from "./messages/transports/bounces/read-bounces.ts";
import {
  createEmailMailbox,
  createSmsMailbox,
} from "./messages/transports/mailbox/mailbox-transport.ts";
import {
  bounceMailboxOf,
  bounceNamesOf,
  closeProviders,
  type Mailbox,
  openProviders,
  sendersOf,
} from "./open-providers.ts";
import type { ProcessLife } from "./run-process.ts";
import type { PlanDeps } from "./reminders/planning/plan-events.ts";
import { createComposer } from "./reminders/writing/composer.ts";
import { createAvailabilityMemory } from "./slots/availability/availability-memory.ts";
import type { OfferDeps } from "./waitlist/offers/offer-places.ts";

/** What a worker plans and sends messages with. */
export interface Messaging {
  readonly sender: Sender;
  readonly planning: PlanDeps;
  readonly offering: OfferDeps;
  readonly dispatcher: Dispatcher;
  /** Mark of the embedded database's folder; null with DATABASE_URL. */
  readonly folder: string | null;
  /** Where bounces arrive, if anywhere. */
  readonly bounces: BounceSource | undefined;
}

/** A mailbox of bounces, and how they name our messages. */
export type BounceSource = Pick<ReadBouncesOptions, "mailbox" | "names">;

/** What messages are sent by. */
export interface MessagingOptions {
  readonly publicUrl: string;
  readonly providers: Providers;
  readonly senders: Senders;
  readonly rates: SendingRates;
  readonly folder: string | null;
  readonly bounces?: BounceSource | undefined;
}

/** Puts together what plans, claims and sends messages in this process. */
export function createMessaging(deps: AppDeps, options: MessagingOptions): Messaging {
  const { providers, folder } = options;
  const { db, vault, queue, log } = deps;
  const compose = createComposer({
    vault,
    publicUrl: options.publicUrl,
    onFault: (messageId, err) =>
      log.error({ message_id: messageId, err }, "a message cannot be written"),
  });
  const available = { email: providers.email !== undefined, sms: providers.sms !== undefined };
  return {
    folder,
    bounces: options.bounces,
    sender: createSender({ ...options, db, vault, compose, figures: deps.metrics }),
    planning: {
      db,
      vault,
      available,
      onSealedFault: (appointmentId, err) =>
        log.error({ appointment_id: appointmentId, err }, "an appointment cannot be opened"),
    },
    offering: {
      db,
      vault,
      available,
      availability: createAvailabilityMemory(db, { ageMaxMs: 0 }),
      onSealedFault: (entryId, err) =>
        log.error({ entry_id: entryId, err }, "a wish on the waitlist cannot be opened"),
    },
    dispatcher: createDispatcher({
      db,
      queue,
      channels: messageChannels.filter((channel) => providers[channel] !== undefined),
    }),
  };
}

/** Opens the providers that the configuration names and closes them at the end of `life`. */
export async function openMessaging(
  all: AppDeps,
  config: Config,
  life: ProcessLife,
): Promise<Messaging> {
  life.throwIfStopping();
  const deps = { ...all, db: all.workDb };
  const { publicUrl, messages } = config;
  const isEmbedded = config.database === undefined;
  const providers = await openProviders({
    config: messages,
    publicUrl,
    onReceipts: (receipts) => recordReceipts(deps, receipts),
    mailbox: isEmbedded ? mailboxOf(deps) : undefined,
  });
  life.onStop(() => closeProviders(providers));
  const { email, emailPerDomain, sms } = messages.rates;
  return createMessaging(deps, {
    publicUrl,
    providers,
    senders: sendersOf(messages, publicUrl),
    rates: { channels: { email, sms }, perDomain: emailPerDomain },
    folder: isEmbedded ? await folderMark(config.dataDir) : null,
    bounces: bouncesOf(config),
  });
}

function bouncesOf({ messages, publicUrl }: Config): BounceSource | undefined {
  const mailbox = bounceMailboxOf(messages);
  return mailbox && { mailbox, names: bounceNamesOf(messages, publicUrl) };
}

const mailboxConnections = 4;

/** Keeps everything for /dev/mailbox; only where the embedded database says that this is no service for citizens. */
function mailboxOf(deps: Pick<AppDeps, "db" | "vault">): Mailbox {
  const common = { name: "mailbox", connections: mailboxConnections, isRepeatable: true };
  return {
    email: { ...common, transport: createEmailMailbox(deps) },
    sms: { ...common, transport: createSmsMailbox(deps) },
  };
}

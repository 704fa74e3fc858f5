import type { Provider, Providers } from "../../src/messages/sending/provider.ts";
import type {
  OutgoingEmail,
  OutgoingSms,
  SendOutcome,
} from "../../src/messages/transports/transport.ts";
import type { OutgoingWebhook } from "../../src/messages/transports/webhook.ts";

/** Decides what comes of the n-th message (from 1) that a provider is handed. */
export type Answer<M> = (message: M, count: number) => SendOutcome | Promise<SendOutcome>;

/** A provider at the end of the sender's own port, which keeps what it is handed. Wire protocols have tests of their own. */
export interface RecordingProvider<M> {
  readonly provider: Provider<M>;
  readonly taken: M[];
  /** From now on. */
  answer: Answer<M>;
}

const accepted = (): SendOutcome => ({ kind: "accepted", providerReference: null });

function recordingProvider<M>(name: string, isRepeatable: boolean): RecordingProvider<M> {
  const taken: M[] = [];
  const recording: RecordingProvider<M> = {
    taken,
    answer: accepted,
    provider: {
      name,
      connections: 4,
      isRepeatable,
      transport: {
        send: async (message) => {
          taken.push(message);
          return recording.answer(message, taken.length);
        },
        close: async () => undefined,
      },
    },
  };
  return recording;
}

export interface RecordingProviders {
  readonly email: RecordingProvider<OutgoingEmail>;
  readonly sms: RecordingProvider<OutgoingSms>;
  readonly webhook: RecordingProvider<OutgoingWebhook>;
  readonly providers: Providers;
}

/** One of each channel; SMS that got no answer are not repeated for ever. */
export function recordingProviders(): RecordingProviders {
  const email = recordingProvider<OutgoingEmail>("smtp", true);
  const sms = recordingProvider<OutgoingSms>("sms", false);
  const webhook = recordingProvider<OutgoingWebhook>("webhook", true);
  return {
    email,
    sms,
    webhook,
    providers: { email: email.provider, sms: sms.provider, webhook: webhook.provider },
  };
}

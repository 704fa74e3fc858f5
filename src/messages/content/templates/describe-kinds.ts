import { messageKinds } from "../../message.ts";
import {
  bodyCharsMax,
  type MessageKind,
  smsTextCharsMax,
  subjectCharsMax,
  type TemplateChannel,
  templateChannels,
} from "../message-template.ts";
import {
  neededPlaceholders,
  type PlaceholderName,
  placeholderNames,
  placeholders,
  type PlaceholderType,
} from "../placeholders.ts";

/** What may be written in the messages of a kind. */
export interface DescribedKind {
  readonly kind: MessageKind;
  readonly channels: {
    readonly channel: TemplateChannel;
    /** Longest texts that can be saved, in UTF-16 units. */
    readonly chars_max: Readonly<Record<string, number>>;
    /** Of each list the message must say one. */
    readonly needed: PlaceholderName[][];
    readonly placeholders: {
      readonly name: PlaceholderName;
      readonly type: PlaceholderType;
      readonly about: string;
      readonly is_in_subject: boolean;
    }[];
  }[];
}

/** Every kind of message with the placeholders that its templates may use, per channel. */
export function describeKinds(): DescribedKind[] {
  return messageKinds.map((kind) => ({
    kind,
    channels: templateChannels.map((channel) => describeChannel(kind, channel)),
  }));
}

function describeChannel(
  kind: MessageKind,
  channel: TemplateChannel,
): DescribedKind["channels"][number] {
  const isEmail = channel === "email";
  const names = placeholderNames.filter((name) => {
    const { kinds, smsCharsMax } = placeholders[name];
    return kinds.includes(kind) && (isEmail || smsCharsMax !== undefined);
  });
  return {
    channel,
    chars_max: isEmail
      ? { subject: subjectCharsMax, body: bodyCharsMax }
      : { text: smsTextCharsMax },
    needed: neededPlaceholders[kind].map((group) => group.filter((name) => names.includes(name))),
    placeholders: names.map((name) => {
      const { type, about, isInSubject } = placeholders[name];
      return { name, type, about, is_in_subject: isEmail && isInSubject };
    }),
  };
}

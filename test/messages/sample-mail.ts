import type { OutgoingEmail } from "../../src/messages/transports/transport.ts";

/** Whose messages the tests send. */
export const tenantId = "01940000-0000-7000-8000-000000000001";

/** An e-mail as the sender writes it. `id` is the left part of its Message-ID. */
export function sampleMail(id: string, changes: Partial<OutgoingEmail> = {}): OutgoingEmail {
  return {
    messageId: `${id}@mail.example.org`,
    to: { address: "anna@citizen.example", name: "Anna Rossi" },
    from: { address: "noreply@mail.example.org", name: "Comune di Esempio" },
    subject: "Il Suo appuntamento è confermato",
    text: "Gentile Anna,\n\nL’aspettiamo il 3 marzo alle 9:00.\n",
    html: "<p>Gentile Anna,</p><p>L’aspettiamo il 3 marzo alle 9:00.</p>",
    language: "it",
    calendar: {
      method: "REQUEST",
      ics: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
    },
    listUnsubscribe: { url: "https://appointments.example.org/m/token/reminders" },
    ...changes,
  };
}

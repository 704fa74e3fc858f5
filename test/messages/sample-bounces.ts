/** Which message came back, and how. */
export interface Returned {
  readonly id: string;
  readonly action?: "failed" | "delayed" | "delivered" | "relayed";
  readonly status?: string;
}

const ours = "mail.example.org";

function lines(...all: readonly string[]): Buffer {
  return Buffer.from(all.join("\r\n"), "latin1");
}

function returnedHeaders(id: string): string[] {
  return [
    `Message-ID: <${id}@${ours}>`,
    "From: Comune di Esempio <noreply@mail.example.org>",
    "To: Anna Rossi <anna@citizen.example>",
    "Subject: Il Suo appuntamento",
  ];
}

/** As Postfix writes it: the envelope's id, headers of the message that came back, text that names the command. */
export function postfixBounce({ id, action = "failed", status = "5.1.1" }: Returned): Buffer {
  const boundary = "B1F2A4C0.1732480000/mx.citizen.example";
  return lines(
    "Return-Path: <>",
    "Received: by mx.citizen.example (Postfix)",
    "\tid 4F2AB1F2A4; Tue, 24 Nov 2026 21:00:00 +0100 (CET)",
    "Date: Tue, 24 Nov 2026 21:00:00 +0100 (CET)",
    "From: MAILER-DAEMON@mx.citizen.example (Mail Delivery System)",
    "Subject: Undelivered Mail Returned to Sender",
    `To: bounces+${id}@${ours}`,
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status;",
    `\tboundary="${boundary}"`,
    "Message-Id: <20261124200000.4F2AB1F2A4@mx.citizen.example>",
    "",
    "This is a MIME-encapsulated message.",
    "",
    `--${boundary}`,
    "Content-Description: Notification",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "I'm sorry to have to inform you that your message could not",
    "be delivered to one or more recipients. It's attached below.",
    "",
    "<anna@citizen.example>: host mx.citizen.example[192.0.2.1] said: 550 5.1.1",
    "    <anna@citizen.example>: Recipient address rejected (in reply to RCPT TO command)",
    "",
    `--${boundary}`,
    "Content-Description: Delivery report",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.citizen.example",
    `Original-Envelope-Id: ${id}`,
    "X-Postfix-Queue-ID: 4F2AB1F2A4",
    "X-Postfix-Sender: rfc822; noreply@mail.example.org",
    "Arrival-Date: Tue, 24 Nov 2026 20:59:59 +0100 (CET)",
    "",
    "Final-Recipient: rfc822; anna@citizen.example",
    "Original-Recipient: rfc822;anna@citizen.example",
    `Action: ${action}`,
    `Status: ${status}`,
    "Remote-MTA: dns; mx.citizen.example",
    "Diagnostic-Code: smtp; 550 5.1.1 <anna@citizen.example>: Recipient address",
    "    rejected: User unknown",
    "",
    `--${boundary}`,
    "Content-Description: Undelivered Message Headers",
    "Content-Type: text/rfc822-headers",
    "",
    ...returnedHeaders(id),
    "",
    `--${boundary}--`,
    "",
  );
}

/** As Exchange writes it: no envelope's id, the whole message inside, folded status, answers named. */
export function exchangeBounce({ id, action = "failed", status = "5.1.10" }: Returned): Buffer {
  const boundary = "_000_a1b2c3d4_";
  return lines(
    "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@citizen.example>",
    "To: <noreply@mail.example.org>",
    "Date: Tue, 24 Nov 2026 20:00:00 +0000",
    "MIME-Version: 1.0",
    "Content-Type: multipart/report; report-type=delivery-status;",
    ` boundary="${boundary}"`,
    "X-MS-Exchange-Message-Is-Ndr:",
    "Content-Language: it-IT",
    "Message-ID: <9a8b7c6d-5e4f@PROD.citizen.example>",
    `In-Reply-To: <${id}@${ours}>`,
    `References: <${id}@${ours}>`,
    "Subject: =?utf-8?B?Tm9uIHJlY2FwaXRhYmlsZTogSWwgU3VvIGFwcHVudGFtZW50bw==?=",
    "",
    `--${boundary}`,
    'Content-Type: multipart/alternative; differences=Content-Type; boundary="_001_"',
    "",
    "--_001_",
    'Content-Type: text/plain; charset="utf-8"',
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("Il messaggio non è stato recapitato.").toString("base64"),
    "",
    "--_001_--",
    "",
    `--${boundary}`,
    "Content-Type: message/delivery-status",
    "Content-Transfer-Encoding: base64",
    "",
    exchangeReport(action, status).toString("base64"),
    "",
    `--${boundary}`,
    "Content-Type: message/rfc822",
    "",
    "Received: from mail.example.org by PROD.citizen.example",
    ...returnedHeaders(id),
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="inner"',
    "",
    "--inner",
    "Content-Type: text/plain",
    "",
    "Gentile Anna",
    "--inner--",
    "",
    `--${boundary}--`,
    "",
  );
}

function exchangeReport(action: string, status: string): Buffer {
  return lines(
    "Reporting-MTA: dns;PROD.citizen.example",
    "Received-From-MTA: dns;mail.example.org",
    "Arrival-Date: Tue, 24 Nov 2026 19:59:58 +0000",
    "",
    "Original-Recipient: rfc822;anna@citizen.example",
    "Final-Recipient: rfc822;anna@citizen.example",
    `Action: ${action}`,
    `Status: ${status}`,
    "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not",
    " found by SMTP address lookup",
    "",
  );
}

/** As Gmail writes it: related pictures, an unfolded Message-ID of ours among the answered ones, LF alone. */
export function gmailBounce({ id, action = "failed", status = "5.1.1" }: Returned): Buffer {
  const boundary = "000000000000abcdef0612345678";
  return Buffer.from(
    [
      `Delivered-To: bounces+${id}@${ours}`,
      "Return-Path: <>",
      "MIME-Version: 1.0",
      "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
      `To: bounces+${id}@${ours}`,
      "Auto-Submitted: auto-replied",
      "Subject: Delivery Status Notification (Failure)",
      `References: <${id}@${ours}>`,
      `In-Reply-To: <${id}@${ours}>`,
      "X-Failed-Recipients: anna@gmail.example",
      "Message-ID: <6744abcd.050a0220.1234.GMR@mx.google.com>",
      "Date: Tue, 24 Nov 2026 12:00:00 -0800 (PST)",
      `Content-Type: multipart/report; boundary="${boundary}"; report-type=delivery-status`,
      "",
      `--${boundary}`,
      'Content-Type: multipart/related; boundary="rel"',
      "",
      "--rel",
      'Content-Type: text/html; charset="UTF-8"',
      "",
      "<html><body><h1>Address not found</h1></body></html>",
      "--rel",
      "Content-Type: image/png; name=icon.png",
      "Content-Transfer-Encoding: base64",
      "Content-Id: <icon.png>",
      "",
      "iVBORw0KGgo=",
      "--rel--",
      `--${boundary}`,
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; googlemail.com",
      "Arrival-Date: Tue, 24 Nov 2026 11:59:59 -0800 (PST)",
      `X-Original-Message-ID: <${id}@${ours}>`,
      "",
      "Final-Recipient: rfc822; anna@gmail.example",
      `Action: ${action}`,
      `Status: ${status}`,
      "Remote-MTA: dns; gmail-smtp-in.l.google.com. (192.0.2.7, the server for the domain gmail.example.)",
      "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.",
      " 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser",
      "Last-Attempt-Date: Tue, 24 Nov 2026 12:00:00 -0800 (PST)",
      "",
      `--${boundary}`,
      "Content-Type: message/rfc822",
      "",
      ...returnedHeaders(id),
      "",
      "Gentile Anna",
      `--${boundary}--`,
      "",
    ].join("\n"),
    "latin1",
  );
}

/** Somebody is away: no bounce. */
export function absenceNotice(id: string): Buffer {
  return lines(
    "From: anna@citizen.example",
    `To: bounces+${id}@${ours}`,
    `In-Reply-To: <${id}@${ours}>`,
    "Auto-Submitted: auto-replied",
    "Subject: Assente",
    "Content-Type: text/plain",
    "",
    "Torno lunedì. Action: failed",
    "",
  );
}

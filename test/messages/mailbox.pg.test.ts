import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findKeptMessage } from "../../src/messages/transports/mailbox/find-kept-message.ts";
import { listMailbox } from "../../src/messages/transports/mailbox/list-mailbox.ts";
import {
  createEmailMailbox,
  createSmsMailbox,
} from "../../src/messages/transports/mailbox/mailbox-transport.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { sampleMail } from "./sample-mail.ts";
import { sampleSms } from "./sample-sms.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

function optionsFor(tenantId: string) {
  return { tenantId, signal: AbortSignal.timeout(10_000) };
}

const firstPage = { before: null, countMax: 50 };

describe("the mailbox", () => {
  test("keeps e-mails and SMS as they would have been sent, the newest first", async () => {
    const { tenant, deps } = app;
    const mail = sampleMail("m1");
    const outcome = await createEmailMailbox(deps).send(mail, optionsFor(tenant.id));
    await createSmsMailbox(deps).send(sampleSms("r1"), optionsFor(tenant.id));
    const [sms, email] = await listMailbox(deps, tenant.id, firstPage);
    expect(email).toMatchObject({ channel: "email", email: mail, reference: mail.messageId });
    expect(sms).toMatchObject({ channel: "sms", sms: sampleSms("r1"), reference: "r1" });
    expect(outcome).toEqual({ kind: "accepted", providerReference: email?.id });
    expect(await findKeptMessage(deps, tenant.id, email?.id ?? "")).toEqual(email);
    const older = await listMailbox(deps, tenant.id, { before: sms?.id ?? null, countMax: 50 });
    expect(older).toEqual([email]);
  });

  test("shows an administration nothing of another", async () => {
    const { deps } = app;
    const other = await app.addTenant("comune-altro");
    const [mine] = await listMailbox(deps, app.tenant.id, firstPage);
    expect(await listMailbox(deps, other.tenant.id, firstPage)).toEqual([]);
    expect(await findKeptMessage(deps, other.tenant.id, mine?.id ?? "")).toBeUndefined();
  });

  test("holds nothing personal in the clear", async () => {
    const { rows } = await app.sql("SELECT m::text AS line FROM mailbox_messages m");
    const lines = rows.map(({ line }) => String(line)).join("\n");
    expect(lines).not.toMatch(/anna|Rossi|393331234567|Gentile/i);
  });

  test("keeps the newest five hundred", async () => {
    const { deps } = app;
    const { tenant } = await app.addTenant("comune-grande");
    await app.sql(
      `INSERT INTO mailbox_messages (tenant_id, id, channel, reference, content_encrypted)
       SELECT $1, ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid, 'sms', 'old', '\\x00'
       FROM generate_series(1, 520) AS i`,
      [tenant.id],
    );
    await createSmsMailbox(deps).send(sampleSms("new"), optionsFor(tenant.id));
    const { rows } = await app.sql(
      `SELECT count(*)::int AS count, max(reference) FILTER (WHERE reference = 'new') AS newest, min(id::text) AS oldest
       FROM mailbox_messages WHERE tenant_id = $1`,
      [tenant.id],
    );
    expect(rows).toEqual([
      { count: 500, newest: "new", oldest: "00000000-0000-7000-8000-000000000022" },
    ]);
  });

  test("says that nobody knows when the database does not answer", async () => {
    const { deps, tenant } = app;
    const outcome = await createSmsMailbox(deps).send(sampleSms("r2"), {
      tenantId: tenant.id,
      signal: AbortSignal.abort(),
    });
    expect(outcome).toEqual({ kind: "unknown", reason: "not_kept" });
  });
});

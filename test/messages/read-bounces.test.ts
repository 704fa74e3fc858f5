import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import {
  type BounceMailbox,
  readBounces,
} from "../../src/messages/transports/bounces/read-bounces.ts";
import { type ImapMailbox, startImapMailbox } from "../support/sinks/imap-mailbox.ts";
import { absenceNotice, exchangeBounce, gmailBounce, postfixBounce } from "./sample-bounces.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const names = {
  messageIdDomain: "mail.example.org",
  returnPath: "bounces+{id}@mail.example.org",
};

async function openMailbox(raws: readonly Buffer[]): Promise<ImapMailbox> {
  const mailbox = await startImapMailbox("INBOX", raws);
  closing.push(mailbox.close);
  return mailbox;
}

function optionsFor(port: number, changes: Partial<BounceMailbox> = {}, ms = 10_000) {
  return {
    mailbox: {
      host: "127.0.0.1",
      port,
      tls: "none" as const,
      user: "bounces",
      password: "s3cret",
      folder: "INBOX",
      ...changes,
    },
    names,
    signal: AbortSignal.timeout(ms),
  };
}

describe("the mailbox of bounces", () => {
  test("yields a receipt for each bounce of ours, deletes it, and leaves other mail marked as read", async () => {
    const mailbox = await openMailbox([
      postfixBounce({ id: "m1" }),
      absenceNotice("m2"),
      exchangeBounce({ id: "m3", action: "delayed", status: "4.4.7" }),
      gmailBounce({ id: "m4" }),
    ]);
    const batches = await Array.fromAsync(readBounces(optionsFor(mailbox.port)));
    expect(batches.flatMap(({ receipts }) => receipts)).toMatchObject([
      { reference: "m1@mail.example.org", state: "failed" },
      { reference: "m3@mail.example.org", state: "delayed" },
      { reference: "m4@mail.example.org", state: "failed" },
    ]);
    expect(batches.map(({ ignored }) => ignored)).toEqual([1]);
    expect(mailbox.mails()).toMatchObject([{ raw: absenceNotice("m2").toString("latin1") }]);
    expect(mailbox.mails()[0]?.flags).toContain("\\Seen");
    expect(await Array.fromAsync(readBounces(optionsFor(mailbox.port)))).toEqual([]);
  });

  test("keeps bounces whose receipts could not be stored, and yields them again", async () => {
    const mailbox = await openMailbox([postfixBounce({ id: "m1" })]);
    const store = async (): Promise<void> => {
      for await (const batch of readBounces(optionsFor(mailbox.port)))
        throw new Error(`${batch.receipts.length} receipts are not stored`);
    };
    await expect(store()).rejects.toThrow("1 receipts are not stored");
    expect(mailbox.mails()).toHaveLength(1);
    const batches = await Array.fromAsync(readBounces(optionsFor(mailbox.port)));
    expect(batches[0]?.receipts).toHaveLength(1);
    expect(mailbox.mails()).toEqual([]);
  });

  test("is read in batches", async () => {
    const raws = Array.from({ length: 60 }, (_, i) => postfixBounce({ id: `m${i}` }));
    const mailbox = await openMailbox(raws);
    const batches = await Array.fromAsync(readBounces(optionsFor(mailbox.port)));
    expect(batches.map(({ receipts }) => receipts.length)).toEqual([50, 10]);
    expect(mailbox.mails()).toEqual([]);
  });

  test("is not read with a wrong password, nor in the clear where TLS is asked for", async () => {
    const mailbox = await openMailbox([postfixBounce({ id: "m1" })]);
    for (const changes of [{ password: "wrong" }, { tls: "starttls" as const }, { folder: "None" }])
      await expect(
        Array.fromAsync(readBounces(optionsFor(mailbox.port, changes))),
      ).rejects.toThrow();
    expect(mailbox.mails()).toHaveLength(1);
  });

  test("that says nothing is left when the time is over", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise((resolve) => server.close(() => resolve())));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await expect(Array.fromAsync(readBounces(optionsFor(port, {}, 300)))).rejects.toThrow();
  });
});

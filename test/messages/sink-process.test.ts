import { afterEach, expect, test } from "vitest";
import { createSmtpTransport } from "../../src/messages/transports/email/smtp-transport.ts";
import { startSinkProcess } from "../support/sinks/sink-process.ts";
import { sampleMail, tenantId } from "./sample-mail.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test("a sink of its own process records what it gets, changes its behaviour and ends", async () => {
  const sink = await startSinkProcess("smtp", { greylistMs: 0 });
  const transport = createSmtpTransport({
    host: "127.0.0.1",
    port: sink.port,
    tls: "none",
    auth: undefined,
    connections: 2,
    returnPath: undefined,
    dkim: undefined,
  });
  closing.push(transport.close, sink.close);
  const send = () =>
    transport.send(sampleMail("m1"), { signal: AbortSignal.timeout(5_000), tenantId });
  expect((await send()).kind).toBe("later");
  expect((await send()).kind).toBe("accepted");
  await sink.behave({ cutShare: 1 });
  expect((await send()).kind).toBe("unknown");
  const receipts = await sink.receipts();
  expect(receipts.map(({ messageId, answer }) => [messageId, answer])).toEqual([
    ["m1@mail.example.org", "taken"],
    ["m1@mail.example.org", "cut"],
  ]);
  expect(receipts.every(({ at }) => Math.abs(at - Date.now()) < 30_000)).toBe(true);
  expect(await sink.receipts(1)).toHaveLength(1);
  expect(await sink.figures()).toEqual({ receipts: 2, refusals: 1 });
});

test("a sink that is not known does not start", async () => {
  const start: (kind: never) => Promise<unknown> = startSinkProcess;
  // @ts-expect-error -- what the types would refuse
  await expect(start("fax")).rejects.toThrow("did not start");
});

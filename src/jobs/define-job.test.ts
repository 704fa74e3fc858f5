import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineJob } from "./define-job.ts";
import { PermanentJobError } from "./errors.ts";
import { jobRequest } from "./job-queue.ts";
import { opaquePayload } from "./opaque-payload.ts";

const schema = z.strictObject({ message_id: z.uuid() });
const MESSAGE_ID = "0199d3f0-0000-7000-8000-000000000001";

function define(settings: { name?: string; attemptsMax?: number; concurrency?: number }) {
  return defineJob({ name: "send-message", schema, ...settings, handle: () => Promise.resolve() });
}

describe("a kind of job", () => {
  test.each(["", "Send", "send message", "send:message", "1st", "a".repeat(64)])(
    "cannot be named %j",
    (name) => {
      expect(() => define({ name })).toThrow(RangeError);
    },
  );

  test.each([0, -1, 1.5, 51, Number.NaN])("cannot have %d attempts", (attemptsMax) => {
    expect(() => define({ attemptsMax })).toThrow(RangeError);
  });

  test("gives the parsed payload to its handler", async () => {
    const seen: unknown[] = [];
    const job = defineJob({
      name: "send-message",
      schema,
      handle: (deps: unknown[], payload) => Promise.resolve(void deps.push(payload)),
    });
    await job.run(seen, { message_id: MESSAGE_ID }, new AbortController().signal);
    expect(seen).toEqual([{ message_id: MESSAGE_ID }]);
  });

  test("fails for good on a stored payload that does not parse, without its handler", async () => {
    const { signal } = new AbortController();
    await expect(define({}).run(null, { message_id: "7" }, signal)).rejects.toThrow(
      PermanentJobError,
    );
  });
});

describe("a request to run a job", () => {
  test("carries attempts, back-off and a made-up id", () => {
    const { queue, stored } = jobRequest(define({ attemptsMax: 3 }), { message_id: MESSAGE_ID });
    expect(queue).toBe("send-message");
    expect(stored.opts).toMatchObject({
      attempts: 3,
      delay: 0,
      backoff: { type: "exponential", delay: 1_000 },
    });
    expect(stored.opts.jobId).toMatch(/^job-[0-9a-f-]{36}$/u);
  });

  test.each(["123", "a:b", "a:b:c", "", "0", "ä"])(
    "is refused the id %j that the queue library trips over",
    (id) => {
      expect(() => jobRequest(define({}), { message_id: MESSAGE_ID }, { id })).toThrow(RangeError);
    },
  );

  test.each([-1, 0.5, 7 * 86_400_000 + 1])("is refused a delay of %d ms", (delayMs) => {
    expect(() => jobRequest(define({}), { message_id: MESSAGE_ID }, { delayMs })).toThrow(
      RangeError,
    );
  });

  test("is refused a payload that does not fit the schema", () => {
    expect(() => jobRequest(define({}), { message_id: "7" })).toThrow(z.ZodError);
  });
});

describe("a payload", () => {
  test("of ids, whole numbers, truth values and lists of ids passes unchanged", () => {
    const payload = {
      tenant_id: MESSAGE_ID,
      version: 3,
      is_last: false,
      ids: ["a-1", "a-2"],
      at: "2026-11-21T10:00:00.000Z",
    };
    expect(opaquePayload(payload)).toEqual(payload);
  });

  test.each([
    { to: "nadia@example.org" },
    { phone: "+393331234567" },
    { name: "Nadia Rossi" },
    { nested: { id: "a" } },
    { ids: [["a"]] },
    { note: "a\nb" },
    { amount: 1.5 },
  ])("that is more than ids is refused: %j", (payload) => {
    expect(() => opaquePayload(payload)).toThrow(TypeError);
  });

  test("is refused without repeating its values", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 3 }).filter((text) => /[^A-Za-z0-9._:-]/u.test(text)),
        (text) => {
          expect(() => opaquePayload({ k: text })).toThrow(
            'a job\'s payload holds ids only; "k" is not one',
          );
        },
      ),
    );
  });
});

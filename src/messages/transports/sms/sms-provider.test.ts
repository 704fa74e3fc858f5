import { describe, expect, test } from "vitest";
import { parseSmsProvider } from "./sms-provider.ts";

const good = {
  name: "p",
  request: { method: "POST", url: "https://sms.example.test/send", body: { kind: "none" } },
  answer: { format: "json" },
};

function faultsOf(changes: object): readonly string[] {
  const provider = parseSmsProvider(JSON.stringify({ ...good, ...changes }));
  return "faults" in provider ? provider.faults : [];
}

test("a short description is enough", () => {
  expect(parseSmsProvider(JSON.stringify(good))).toMatchObject({
    name: "p",
    is_deduplicated: false,
    connections: 10,
    answer: { rules: [] },
  });
});

describe("a description is refused, with every fault at its place", () => {
  test.each<[string, object, string]>([
    ["what is not known", { colour: "red" }, "colour"],
    [
      "an unknown placeholder",
      { request: { ...good.request, query: { a: "{phone}" } } },
      "{phone}",
    ],
    [
      "a secret that is not there",
      { request: { ...good.request, headers: { "X-Key": "{secret.key}" } } },
      "secrets.key is used but not there",
    ],
    [
      "plain http",
      { request: { ...good.request, url: "http://sms.example.test/" } },
      "must be https",
    ],
    [
      "another scheme",
      { request: { ...good.request, url: "file:///etc/passwd" } },
      "http or https",
    ],
    [
      "a header with a line break",
      { request: { ...good.request, headers: { "X\r\nY": "" } } },
      "request.headers",
    ],
    ["too many connections", { connections: 1_000 }, "connections"],
    [
      "a receipt that anybody may send",
      {
        receipts: { format: "json", reference: "/r", state: "/s", states: {} },
      },
      "needs path_secret or signature",
    ],
    [
      "a secret that is too short",
      {
        receipts: {
          path_secret: "short",
          format: "json",
          reference: "/r",
          state: "/s",
          states: {},
        },
      },
      "22 to 100",
    ],
    [
      "a receipt of nothing",
      { receipts: { path_secret: "x".repeat(22), format: "json", state: "/s", states: {} } },
      "needs reference or provider_reference",
    ],
  ])("%s", (_, changes, words) => {
    expect(faultsOf(changes).join("\n")).toContain(words);
  });

  test("and no fault repeats what was written, because secrets are among it", () => {
    const faults = faultsOf({ secrets: { key: 12_345_678 }, name: "s3cret!" }).join("\n");
    expect(faults).not.toContain("12345678");
    expect(faults).not.toContain("s3cret");
  });

  test("what is no JSON, and what is too long", () => {
    expect(parseSmsProvider("{")).toEqual({ faults: ["must be JSON"] });
    expect(parseSmsProvider(" ".repeat(70_000))).toMatchObject({
      faults: [/* one */ expect.any(String)],
    });
  });
});

test("plain http is taken for this machine, and where it is said to be meant", () => {
  expect(faultsOf({ request: { ...good.request, url: "http://127.0.0.1:13013/send" } })).toEqual(
    [],
  );
  const request = { ...good.request, url: "http://kannel.internal:13013/send" };
  expect(faultsOf({ request, may_use_plain_http: true })).toEqual([]);
});

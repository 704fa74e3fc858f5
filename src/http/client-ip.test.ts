import { expect, test } from "vitest";
import { addressBehind, sourceOf } from "./client-ip.ts";

const peer = "10.0.0.1";

test("without trusted hops the header is ignored", () => {
  expect(addressBehind({ peer, forwardedFor: "1.2.3.4" }, 0)).toBe(peer);
});

test("behind one proxy the last entry counts, whatever the client wrote before it", () => {
  expect(addressBehind({ peer, forwardedFor: "6.6.6.6, 7.7.7.7, 1.2.3.4" }, 1)).toBe("1.2.3.4");
});

test("behind two proxies the last but one counts", () => {
  expect(addressBehind({ peer, forwardedFor: "6.6.6.6, 1.2.3.4, 10.0.0.9" }, 2)).toBe("1.2.3.4");
});

test("with fewer entries than hops, or an entry that is no address, the peer counts", () => {
  expect(addressBehind({ peer, forwardedFor: "1.2.3.4" }, 2)).toBe(peer);
  expect(addressBehind({ peer, forwardedFor: "not an address" }, 1)).toBe(peer);
});

test("addresses of one IPv6 /64 are one source", () => {
  expect(sourceOf("2001:db8:0:1::1")).toBe("2001:db8:0:1::/64");
  expect(sourceOf("2001:0DB8:0:1:ffff::2")).toBe("2001:db8:0:1::/64");
  expect(sourceOf("::1")).toBe("0:0:0:0::/64");
});

test("an IPv4 address is its own source, also when mapped into IPv6", () => {
  expect(sourceOf("192.0.2.7")).toBe("192.0.2.7");
  expect(sourceOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
});

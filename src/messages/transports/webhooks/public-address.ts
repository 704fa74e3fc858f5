import { BlockList, isIP, isIPv6 } from "node:net";

/** IPv4 ranges that are not of the public internet (IANA special-purpose registry, RFC 6890 and later). */
const closedIPv4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/**
 * Of IPv6 only global unicast is open; mapped, translated (NAT64), unique local, link-local and multicast addresses lie
 * outside of it. Within it these lead elsewhere: Teredo and other protocols' own, 6to4, documentation.
 */
const openIPv6 = ["2000::", 3] as const;
const closedIPv6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const closed = new BlockList();
for (const [network, bits] of closedIPv4) closed.addSubnet(network, bits, "ipv4");
const closedWithinIPv6 = new BlockList();
for (const [network, bits] of closedIPv6) closedWithinIPv6.addSubnet(network, bits, "ipv6");
const open = new BlockList();
open.addSubnet(...openIPv6, "ipv6");

/** Whether an IP address is one of the public internet. Texts that are no address, or have a zone, are not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes("%")) return false;
  if (!isIPv6(address)) return !closed.check(address, "ipv4");
  return open.check(address, "ipv6") && !closedWithinIPv6.check(address, "ipv6");
}

/** Whether an IP address is this machine. */
export function isLoopbackAddress(address: string): boolean {
  return /^127(?:\.\d{1,3}){3}$/.test(address) || address === "::1";
}

import { isIP } from "node:net";

/**
 * The client's address: the socket's peer, or, behind `trustedHops` proxies of ours, the entry of `X-Forwarded-For`
 * that the outermost of them wrote. What a client wrote itself stands further left and is never read. With fewer
 * entries than hops, or an entry that is no address, the peer counts: somebody came past a proxy.
 */
export function addressBehind(
  { peer, forwardedFor }: { peer: string | undefined; forwardedFor: string | undefined },
  trustedHops: number,
): string | undefined {
  if (trustedHops === 0 || forwardedFor === undefined) return peer;
  const entry = forwardedFor.split(",").at(-trustedHops)?.trim();
  return entry !== undefined && isIP(entry) !== 0 ? entry : peer;
}

/** What counts as one source when limiting: an IPv4 address, or the /64 network of an IPv6 address. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  return `${expandIpv6(address).slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expandIpv6(address: string): string[] {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...zeros, ...right].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""));
}

import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { callbackify } from "node:util";
import { blockedCode } from "../http/exchange.ts";
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts";

/** Where webhooks may go. */
export interface EgressRules {
  /** Names, `hooks.example.org` or `*.example.org`; undefined: any. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Also this machine, and over plain http; for tests and for trying things out only. */
  readonly mayUseLoopback?: boolean;
  /** Addresses of a name; the system's resolver unless said. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/** Why an address cannot be an endpoint. */
export type TargetFault =
  | "not_an_address"
  | "not_https"
  | "has_credentials"
  | "not_allowed"
  | "not_public";

/**
 * Judges the address of an endpoint without asking anybody: scheme, credentials, allow-list, literal IP addresses. What a
 * name stands for is judged at each connection, because it may change.
 */
export function findTargetFault(address: string, rules: EgressRules): TargetFault | undefined {
  const url = URL.parse(address);
  if (!url || url.hostname === "") return "not_an_address";
  if (url.protocol !== "https:" && !(url.protocol === "http:" && rules.mayUseLoopback))
    return "not_https";
  if (url.username !== "" || url.password !== "") return "has_credentials";
  const hostname = plainHostname(url);
  if (!isListed(hostname, rules.allowedHosts)) return "not_allowed";
  if (isIP(hostname) !== 0) return mayConnect(hostname, rules) ? undefined : "not_public";
  return url.protocol === "http:" && hostname !== "localhost" ? "not_https" : undefined;
}

/** Without the brackets of IPv6 and the dot at the end. */
function plainHostname({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

function isListed(hostname: string, allowedHosts: EgressRules["allowedHosts"]): boolean {
  if (!allowedHosts) return true;
  return allowedHosts.some((allowed) =>
    allowed.startsWith("*.") ? hostname.endsWith(allowed.slice(1)) : hostname === allowed,
  );
}

function mayConnect(address: string, { mayUseLoopback }: EgressRules): boolean {
  return isPublicAddress(address) || (mayUseLoopback === true && isLoopbackAddress(address));
}

/**
 * Makes the look-up that connections use: a name is resolved once, and the socket connects to one of just those
 * addresses. A name with any address that is not public is refused as a whole.
 */
export function createGuardedLookup(rules: EgressRules): LookupFunction {
  const resolve = rules.resolve ?? resolveBySystem;
  const resolveOpen = callbackify(async (hostname: string) => {
    const addresses = await resolve(hostname);
    const [first] = addresses;
    if (!first || !addresses.every(({ address }) => mayConnect(address, rules))) throw blocked();
    return { first, all: [...addresses] };
  });
  return (hostname, options, callback) =>
    resolveOpen(hostname, (error, found) => {
      if (error) callback(error, "");
      else if (options.all) callback(null, found.all);
      else callback(null, found.first.address, found.first.family);
    });
}

function blocked(): NodeJS.ErrnoException {
  return Object.assign(new Error("The address is not one of the public internet"), {
    code: blockedCode,
  });
}

function resolveBySystem(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true });
}

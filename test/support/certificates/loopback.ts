import { readFileSync } from "node:fs";

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

/** A certificate of `localhost` and some test names, for servers of tests; nothing outside of tests trusts its authority. */
export const loopbackCertificate = {
  key: read("loopback-key.pem"),
  cert: read("loopback.pem"),
  authority: read("authority.pem"),
};

import { fail } from "k6";
import crypto from "k6/crypto";
import http from "k6/http";

/** Origin of the service, without a slash at its end. */
const baseUrl = __ENV.BASE_URL || "http://127.0.0.1:3000";
const tenant = __ENV.TENANT || "demo";
const adminKey = __ENV.ADMIN_KEY || "";

/** Whether the script only shows, within seconds, that it still works. */
export const isSmoke = __ENV.SMOKE === "1";

/** A number of the environment, or what the script wants; a smoke run has its own. */
export function setting(name, { full, smoke }) {
  return Number(__ENV[name] || (isSmoke ? smoke : full));
}

/** Refusals that are an answer (taken, limit reached, come back later) are not failures of HTTP. */
export const refusals = http.expectedStatuses(200, 201, 204, 304, 409);

function url(path) {
  return `${baseUrl}/v1/${tenant}/${path}`;
}

/** A random UUID, of version 4. */
export function uuid() {
  const hex = Array.from(new Uint8Array(crypto.randomBytes(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ];
  return `${parts.join("-")}-${hex.slice(20)}`;
}

/** Sends JSON as an anonymous citizen, or with a token; `name` groups the figures. */
export function post(path, body, { name, token } = {}) {
  const headers = { "Content-Type": "application/json", "Idempotency-Key": uuid() };
  if (token) headers.Authorization = `Bearer ${token}`;
  return http.post(url(path), JSON.stringify(body), { headers, tags: { name } });
}

/** Sends several at once, as as many citizens. */
export function batch(path, bodies, { name }) {
  return http.batch(
    bodies.map((body) => ({
      method: "POST",
      url: url(path),
      body: JSON.stringify(body),
      params: {
        headers: { "Content-Type": "application/json", "Idempotency-Key": uuid() },
        tags: { name },
      },
    })),
  );
}

/** A citizen's read; with the ETag of an earlier answer it may be a 304. */
export function get(path, { name, etag } = {}) {
  return http.get(url(path), { headers: etag ? { "If-None-Match": etag } : {}, tags: { name } });
}

/** An administrator's request in setup or teardown; stops the run when it is refused. */
export function admin(method, path, body) {
  if (adminKey === "") fail("ADMIN_KEY is missing: a secret key with the scope admin");
  const headers = { Authorization: `Bearer ${adminKey}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : JSON.stringify(body);
  const answer = http.request(method, url(path), sent, { headers, tags: { name: "setup" } });
  if (answer.status >= 300) fail(`${method} ${path} answered ${answer.status}: ${answer.body}`);
  return answer.status === 204 ? null : answer.json();
}

export function pick(things) {
  return things[Math.floor(Math.random() * things.length)];
}

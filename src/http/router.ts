import { type Hook, OpenAPIHono } from "@hono/zod-openapi";
import { DomainError, invalidRequest } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";
import { listFaults } from "./list-faults.ts";

const faultsShownMax = 20;
const messageCharsMax = 200;

/** A router of a slice. What its schemas refuse is answered as `invalid-request` with the fields at fault. */
export function createRouter(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
}

type ValidationHook = Hook<unknown, AppEnv, string, void>;

const refuseInvalid: ValidationHook = (result) => {
  if (result.success) return;
  const faults = listFaults(result.error.issues).slice(0, faultsShownMax);
  const errors = faults.map(({ path, message }) => ({
    in: partNames[result.target],
    path: path.map(String).join("."),
    message: message.slice(0, messageCharsMax),
  }));
  throw new DomainError(invalidRequest, "Some fields of the request are missing or not valid.", {
    facts: { errors },
    cause: result.error,
  });
};

const partNames = {
  json: "body",
  form: "body",
  query: "query",
  param: "path",
  header: "header",
  cookie: "cookie",
} as const;

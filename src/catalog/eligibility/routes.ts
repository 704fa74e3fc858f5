import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery } from "../../http/request-schema.ts";
import { createRouter } from "../../http/router.ts";
import { idParams } from "../../http/text-schema.ts";
import { codeTaken, stillInUse } from "../errors.ts";
import { forCatalogKeys, json, nameParams, refusedToStrangers } from "../operations.ts";
import { changeEligibilityList } from "./change-eligibility-list.ts";
import { changeEntries } from "./change-entries.ts";
import { createEligibilityList } from "./create-eligibility-list.ts";
import { deleteEligibilityList } from "./delete-eligibility-list.ts";
import { getEligibilityList } from "./get-eligibility-list.ts";
import { listEligibilityLists } from "./list-eligibility-lists.ts";
import {
  changedEntriesSchema,
  changeEligibilityListSchema,
  changeEntriesSchema,
  createEligibilityListSchema,
  eligibilityListPageSchema,
  eligibilityListSchema,
} from "./schema.ts";

const tags = ["eligibility lists"];

const list = createRoute({
  method: "get",
  path: "/eligibility-lists",
  operationId: "listEligibilityLists",
  tags,
  summary: "List the lists of who may book",
  ...forCatalogKeys,
  request: { query: pageQuery },
  responses: {
    200: { description: "A page of lists by code.", content: json(eligibilityListPageSchema) },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: "/eligibility-lists/{id}",
  operationId: "readEligibilityList",
  tags,
  summary: "Read a list's name and length; what is on it cannot be read",
  ...forCatalogKeys,
  request: { params: nameParams },
  responses: {
    200: { description: "The list.", content: json(eligibilityListSchema) },
    ...refusedToStrangers,
  },
});

const create = createRoute({
  method: "post",
  path: "/eligibility-lists",
  operationId: "createEligibilityList",
  tags,
  summary: "Add an empty list",
  ...forCatalogKeys,
  request: { body: jsonBody(createEligibilityListSchema) },
  responses: {
    201: { description: "The list.", content: json(eligibilityListSchema) },
    ...problemResponses(notSignedIn, notAllowed, codeTaken),
  },
});

const change = createRoute({
  method: "patch",
  path: "/eligibility-lists/{id}",
  operationId: "changeEligibilityList",
  tags,
  summary: "Rename a list",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeEligibilityListSchema) },
  responses: {
    200: { description: "As it is now.", content: json(eligibilityListSchema) },
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const changeKeys = createRoute({
  method: "post",
  path: "/eligibility-lists/{id}/entries",
  operationId: "changeEligibilityEntries",
  tags,
  summary: "Put keys on a list and take keys off it",
  description:
    "Only keyed hashes are stored; case and separators make no difference. May be repeated; send long lists in parts.",
  ...forCatalogKeys,
  request: { params: idParams, body: jsonBody(changeEntriesSchema) },
  responses: {
    200: { description: "How many were really changed.", content: json(changedEntriesSchema) },
    ...refusedToStrangers,
  },
});

const remove = createRoute({
  method: "delete",
  path: "/eligibility-lists/{id}",
  operationId: "deleteEligibilityList",
  tags,
  summary: "Delete a list that no service asks for",
  ...forCatalogKeys,
  request: { params: idParams },
  responses: {
    204: { description: "It is gone." },
    ...problemResponses(notSignedIn, notAllowed, stillInUse),
  },
});

/** Routes of eligibility lists. */
export function eligibilityRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(list, async (c) => {
    return c.json(await listEligibilityLists(deps, c.get("context"), c.req.valid("query")), 200);
  });
  routes.openapi(read, async (c) => {
    return c.json(await getEligibilityList(deps, c.get("context"), c.req.valid("param").id), 200);
  });
  routes.openapi(create, async (c) => {
    return c.json(await createEligibilityList(deps, c.get("context"), c.req.valid("json")), 201);
  });
  routes.openapi(change, async (c) => {
    const { id } = c.req.valid("param");
    const input = { id, change: c.req.valid("json") };
    return c.json(await changeEligibilityList(deps, c.get("context"), input), 200);
  });
  routes.openapi(changeKeys, async (c) => {
    const { id: listId } = c.req.valid("param");
    const input = { listId, ...c.req.valid("json") };
    return c.json(await changeEntries(deps, c.get("context"), input), 200);
  });
  routes.openapi(remove, async (c) => {
    await deleteEligibilityList(deps, c.get("context"), c.req.valid("param").id);
    return c.body(null, 204);
  });
  return routes;
}

import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Deps } from "../../context.ts";
import { conflictingChange, notAllowed, notSignedIn } from "../../errors.ts";
import type { AppEnv } from "../../http/app-env.ts";
import { problemResponses } from "../../http/problem-document.ts";
import { jsonBody, pageQuery, queryInteger } from "../../http/request-schema.ts";
import { bearer, requireScope } from "../../http/require-scope.ts";
import { createRouter } from "../../http/router.ts";
import { idOrCode } from "../../http/text-schema.ts";
import { templateNotValid } from "./errors.ts";
import type { VersionRow } from "./queries.ts";
import {
  kindsSchema,
  previewedSchema,
  previewSchema,
  putTemplateSchema,
  restoreTemplateSchema,
  templatePageSchema,
  templateSchema,
  versionPageSchema,
  versionSchema,
} from "./schema.ts";
import { describeKinds } from "./templates/describe-kinds.ts";
import { getTemplate } from "./templates/get-template.ts";
import { getVersion } from "./templates/get-version.ts";
import { listTemplates } from "./templates/list-templates.ts";
import { listVersions } from "./templates/list-versions.ts";
import { prepareSample, type Sample } from "./templates/prepare-sample.ts";
import { putTemplate } from "./templates/put-template.ts";
import { removeTemplate } from "./templates/remove-template.ts";
import { restoreTemplate } from "./templates/restore-template.ts";

const json = <Schema>(schema: Schema) => ({ "application/json": { schema } });

const forAdministrators = {
  tags: ["message templates"],
  security: bearer,
  middleware: requireScope("admin"),
};

const refusedToStrangers = problemResponses(notSignedIn, notAllowed);
const refusedContent = problemResponses(
  notSignedIn,
  notAllowed,
  conflictingChange,
  templateNotValid,
);

/** A word of a path; one that messages do not have is not found. */
const word = (example: string) =>
  z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "must be a word of lower-case letters")
    .openapi({ example });

const place = z.object({
  kind: word("reminder"),
  channel: word("email"),
  language: word("it"),
});
const ofService = z.strictObject({
  service: idOrCode.optional().openapi({
    description:
      "Id or code of the service that it is for; for all that have none of their own when absent.",
  }),
});
const base = "/message-templates/{kind}/{channel}/{language}";

const readKinds = createRoute({
  method: "get",
  path: "/message-kinds",
  operationId: "listMessageKinds",
  summary: "List the kinds of messages and what their templates may say",
  ...forAdministrators,
  responses: {
    200: { description: "All kinds.", content: json(kindsSchema) },
    ...refusedToStrangers,
  },
});

const list = createRoute({
  method: "get",
  path: "/message-templates",
  operationId: "listMessageTemplates",
  summary: "List the templates that the administration wrote and that hold",
  ...forAdministrators,
  request: { query: pageQuery },
  responses: {
    200: {
      description: "A page of templates, without their texts.",
      content: json(templatePageSchema),
    },
    ...refusedToStrangers,
  },
});

const read = createRoute({
  method: "get",
  path: base,
  operationId: "readMessageTemplate",
  summary: "Read the template that holds",
  ...forAdministrators,
  request: { params: place, query: ofService },
  responses: {
    200: { description: "The template, whoever wrote it.", content: json(templateSchema) },
    ...refusedToStrangers,
  },
});

const put = createRoute({
  method: "put",
  path: base,
  operationId: "putMessageTemplate",
  summary: "Write a template",
  description: "Holds from the next message on. Sending what holds already changes nothing.",
  ...forAdministrators,
  request: { params: place, query: ofService, body: jsonBody(putTemplateSchema) },
  responses: {
    200: { description: "The template as it holds now.", content: json(templateSchema) },
    ...refusedContent,
  },
});

const remove = createRoute({
  method: "delete",
  path: base,
  operationId: "removeMessageTemplate",
  summary: "Go back to the more general or the shipped template",
  description: "Versions stay readable and can be restored.",
  ...forAdministrators,
  request: {
    params: place,
    query: ofService.extend({
      version: queryInteger({ min: 0, max: 2_147_483_647 }).optional(),
    }),
  },
  responses: {
    200: { description: "The template that holds now.", content: json(templateSchema) },
    ...problemResponses(notSignedIn, notAllowed, conflictingChange),
  },
});

const readVersions = createRoute({
  method: "get",
  path: `${base}/versions`,
  operationId: "listTemplateVersions",
  summary: "List the versions of a template, the newest first",
  ...forAdministrators,
  request: { params: place, query: pageQuery.extend(ofService.shape) },
  responses: {
    200: { description: "A page of versions.", content: json(versionPageSchema) },
    ...refusedToStrangers,
  },
});

const readVersion = createRoute({
  method: "get",
  path: `${base}/versions/{version}`,
  operationId: "readTemplateVersion",
  summary: "Read a version of a template",
  ...forAdministrators,
  request: { params: place.extend({ version: word("3") }), query: ofService },
  responses: {
    200: { description: "The version with its text.", content: json(versionSchema) },
    ...refusedToStrangers,
  },
});

const restore = createRoute({
  method: "post",
  path: `${base}/restore`,
  operationId: "restoreMessageTemplate",
  summary: "Make an earlier version hold again",
  ...forAdministrators,
  request: { params: place, query: ofService, body: jsonBody(restoreTemplateSchema) },
  responses: {
    200: { description: "The template that holds now.", content: json(templateSchema) },
    ...refusedContent,
  },
});

const preview = createRoute({
  method: "post",
  path: `${base}/preview`,
  operationId: "previewMessage",
  summary: "Show a template, or a draft of one, with made-up data",
  description: "Nothing is saved or sent.",
  ...forAdministrators,
  request: { params: place, query: ofService, body: jsonBody(previewSchema) },
  responses: {
    200: { description: "The message as it would be sent.", content: json(previewedSchema) },
    ...problemResponses(notSignedIn, notAllowed, templateNotValid),
  },
});

/** Routes of the texts of messages. `publicUrl` is where the service is reached, for links in previews. */
export function messageContentRoutes(
  deps: Pick<Deps, "db">,
  { publicUrl }: { readonly publicUrl: string },
): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  routes.openapi(readKinds, (c) => c.json({ items: describeKinds() }, 200));
  routes.openapi(list, async (c) => {
    const { items, nextCursor } = await listTemplates(deps, c.get("context"), c.req.valid("query"));
    const listed = items.map(({ id: _id, updated_at: at, ...item }) => ({
      ...item,
      updated_at: at.toISOString(),
    }));
    return c.json({ items: listed, next_cursor: nextCursor }, 200);
  });
  routes.openapi(read, async (c) => {
    const named = { ...c.req.valid("param"), ...c.req.valid("query") };
    return c.json(await getTemplate(deps, c.get("context"), named), 200);
  });
  routes.openapi(put, async (c) => {
    const named = { ...c.req.valid("param"), ...c.req.valid("query") };
    const input = c.req.valid("json");
    return c.json(await putTemplate(deps, c.get("context"), { named, input }), 200);
  });
  routes.openapi(remove, async (c) => {
    const { version, ...query } = c.req.valid("query");
    const named = { ...c.req.valid("param"), ...query };
    return c.json(await removeTemplate(deps, c.get("context"), { named, version }), 200);
  });
  routes.openapi(readVersions, async (c) => {
    const { service, ...page } = c.req.valid("query");
    const named = { ...c.req.valid("param"), service };
    const { items, nextCursor } = await listVersions(deps, c.get("context"), { named, page });
    return c.json({ items: items.map(listedVersion), next_cursor: nextCursor }, 200);
  });
  routes.openapi(readVersion, async (c) => {
    const { version, ...param } = c.req.valid("param");
    const named = { ...param, ...c.req.valid("query") };
    const row = await getVersion(deps, c.get("context"), { named, version });
    return c.json({ ...listedVersion(row), content: row.content }, 200);
  });
  routes.openapi(restore, async (c) => {
    const named = { ...c.req.valid("param"), ...c.req.valid("query") };
    const input = c.req.valid("json");
    return c.json(await restoreTemplate(deps, c.get("context"), { named, input }), 200);
  });
  routes.openapi(preview, async (c) => {
    const named = { ...c.req.valid("param"), ...c.req.valid("query") };
    const request = { ...c.req.valid("json"), named, publicUrl };
    return c.json(previewed(await prepareSample(deps, c.get("context"), request)), 200);
  });
  return routes;
}

function listedVersion({ version, content, restored_from, written_at }: VersionRow) {
  return {
    version,
    is_shipped: content === null,
    restored_from,
    written_at: written_at.toISOString(),
  };
}

function previewed(sample: Sample) {
  if (sample.channel === "email") return { channel: sample.channel, ...sample.email };
  return { channel: sample.channel, ...sample.sms, parts: [...sample.partTexts] };
}

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "./app-env.ts";
import type { OpenApiDocument } from "./reference-page.ts";

const description = `Appointments with public administrations: find a free time, hold it, book, move and cancel.
Everything of one administration is below \`/v1/{tenant}\`. Bodies are JSON in UTF-8 with snake_case names; instants are
ISO 8601 in UTC, dates and times of day are on the site's clock. Refusals are problem documents (RFC 9457).`;

const tenantParameter = {
  name: "tenant",
  in: "path",
  required: true,
  description: "The administration's name in addresses.",
  schema: { type: "string", pattern: "^[a-z0-9][a-z0-9-]{1,62}$" },
  example: "comune-di-esempio",
} as const;

/** The OpenAPI 3.1 document of an app, from the very schemas that validate its requests. */
export function describeApi(
  app: OpenAPIHono<AppEnv>,
  { publicUrl, tags }: { publicUrl: string; tags: { name: string; description: string }[] },
): OpenApiDocument {
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description:
      "A secret API key (`spo_sk_…`), a widget's publishable key (`spo_pk_…`) or an appointment's manage token (`spo_mt_…`), or the token of a wish on the waitlist (`spo_wt_…`).",
  });
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sportello",
      version: "1",
      description,
      license: {
        name: "EUPL-1.2",
        url: "https://interoperable-europe.ec.europa.eu/licence/eupl-v12",
      },
    },
    servers: [{ url: publicUrl }],
    tags,
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    if (path.includes("{tenant}")) item.parameters = [tenantParameter];
  }
  return document;
}

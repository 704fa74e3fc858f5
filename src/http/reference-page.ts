import type { OpenAPIHono } from "@hono/zod-openapi";
import { html } from "hono/html";
import type { AppEnv } from "./app-env.ts";
import type { Html } from "./reference-layout.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono<AppEnv>["getOpenAPI31Document"]>;

type PathItem = NonNullable<OpenApiDocument["paths"]>[string];
type Operation = NonNullable<PathItem["get"]>;
type Schema = NonNullable<NonNullable<OpenApiDocument["components"]>["schemas"]>[string];
type Part = NonNullable<Operation["parameters"]>[number];

const methods = ["get", "post", "put", "patch", "delete"] as const;

/** The readable form of the OpenAPI document: operations by tag, then the named schemas they use. */
export function referenceContent(document: OpenApiDocument): Html {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation ? [{ path, method, operation, shared: item.parameters ?? [] }] : [];
    }),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "other");
  const schemas = Object.entries(document.components?.schemas ?? {});
  return html`<p>${document.info.description ?? ""}</p>
<p>Machines read <a href="/openapi.json">openapi.json</a>; every refusal is one of <a href="/problems">these problems</a>.</p>
<nav aria-label="Contents"><ul>
${[...byTag.keys()].map((tag) => html`<li><a href="#${anchor("tag", tag)}">${tag}</a></li>`)}
<li><a href="#schemas">Schemas</a></li>
</ul></nav>
${[...byTag].map(
  ([tag, ofTag]) => html`<section><h2 id="${anchor("tag", tag)}">${tag}</h2>
${ofTag.map(operationSection)}</section>`,
)}
<section><h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => schemaSection(name, schema))}</section>`;
}

interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
  readonly shared: readonly Part[];
}

function operationSection({ path, method, operation, shared }: Described): Html {
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const body = operation.requestBody;
  const bodySchema =
    body && "content" in body ? body.content["application/json"]?.schema : undefined;
  return html`<article>
<h3 id="${operation.operationId ?? ""}"><span class="method">${method}</span> <code>${path}</code></h3>
<p>${operation.summary ?? ""}. ${operation.description ?? ""} ${accessText(operation)}</p>
${parameters.length > 0 ? table(["Parameter", "In", "Type", "Meaning"], parameters.map(parameterCells)) : ""}
${bodySchema ? html`<p>Body: ${typeOf(bodySchema)}</p>` : ""}
${table(["Status", "Body", "Meaning"], Object.entries(operation.responses ?? {}).map(responseCells))}
</article>`;
}

function accessText({ security = [] }: Operation): string {
  if (security.length === 0) return "Open to everybody.";
  const isOptional = security.some((way) => Object.keys(way).length === 0);
  return isOptional ? "A key or token is optional." : "Needs a key or token.";
}

function parameterCells(parameter: Part): (Html | string)[] {
  if ("$ref" in parameter) return [parameter.$ref, "", "", ""];
  const { name, in: where, required, schema, description } = parameter;
  const isRequired = required ? " (required)" : "";
  return [
    html`<code>${name}</code>`,
    where + isRequired,
    schema ? typeOf(schema) : "",
    description ?? "",
  ];
}

function responseCells([status, response]: [string, unknown]): (Html | string)[] {
  if (!isResponse(response)) return [status, "", ""];
  const types = Object.entries(response.content ?? {}).map(
    ([mediaType, { schema }]) => html`${schema ? typeOf(schema) : ""} <code>${mediaType}</code> `,
  );
  return [status, html`${types}`, response.description];
}

type ResponseObject = { description: string; content?: Record<string, { schema?: Schema }> };

/** Responses of our document are written in place, never by reference. */
function isResponse(value: unknown): value is ResponseObject {
  return typeof value === "object" && value !== null && "description" in value;
}

function schemaSection(name: string, schema: Schema): Html {
  const fields = "properties" in schema ? Object.entries(schema.properties ?? {}) : [];
  const required = new Set("required" in schema ? schema.required : []);
  const rows = fields.map(([field, type]) => [
    html`<code>${field}</code>${required.has(field) ? "" : " (optional)"}`,
    typeOf(type),
    "description" in type ? (type.description ?? "") : "",
  ]);
  return html`<article><h3 id="${anchor("schema", name)}">${name}</h3>
${rows.length > 0 ? table(["Field", "Type", "Meaning"], rows) : html`<p>${typeOf(schema)}</p>`}</article>`;
}

/** One line that says what a schema allows. */
function typeOf(schema: Schema): Html {
  if ("$ref" in schema) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#${anchor("schema", name)}">${name}</a>`;
  }
  if (schema.items) return html`list of ${typeOf(schema.items)}`;
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices)
    return html`${choices.map((choice, at) => html`${at > 0 ? " or " : ""}${typeOf(choice)}`)}`;
  if (schema.enum) return html`${schema.enum.map(String).join(" | ")}`;
  const type = [schema.type ?? "any"].flat().join(" or ");
  return html`${type}${schema.format ? ` (${schema.format})` : ""}${boundsOf(schema)}`;
}

function boundsOf(schema: Exclude<Schema, { $ref: string }>): string {
  const from = schema.minimum ?? schema.minLength;
  const to = schema.maximum ?? schema.maxLength;
  if (from === undefined && to === undefined) return "";
  return `, ${from ?? "…"} to ${to ?? "…"}${schema.maxLength === undefined ? "" : " characters"}`;
}

function table(heads: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html {
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`;
}

function anchor(kind: string, name: string): string {
  return `${kind}-${name.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}`;
}

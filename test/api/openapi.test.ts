import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openApiDocument } from "../../src/app.ts";

const document = openApiDocument();

const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  (["get", "post", "put", "patch", "delete"] as const).flatMap((method) => {
    const operation = item[method];
    return operation ? [{ name: `${method} ${path}`, path, method, operation }] : [];
  }),
);

test("openapi.json is what the service generates", () => {
  const committed = readFileSync(new URL("../../openapi.json", import.meta.url), "utf8");
  expect(committed).toBe(`${JSON.stringify(document, null, 2)}\n`);
});

test("operation ids are unique and camelCase", () => {
  const ids = operations.map(({ operation }) => operation.operationId ?? "");
  expect(ids.filter((id) => !/^[a-z][A-Za-z]+$/.test(id))).toEqual([]);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test("every operation has a summary and one described tag", () => {
  const described = new Set(document.tags?.map(({ name }) => name));
  const lacking = operations.filter(
    ({ operation }) =>
      !operation.summary || operation.tags?.length !== 1 || !described.has(operation.tags[0] ?? ""),
  );
  expect(lacking.map(({ name, operation }) => `${name}: ${operation.tags?.join()}`)).toEqual([]);
});

test("every operation says whether it needs a key", () => {
  expect(operations.filter(({ operation }) => !operation.security).map(({ name }) => name)).toEqual(
    [],
  );
});

test("bodies are required, so that no request passes its schema by", () => {
  const optional = operations.filter(({ operation: { requestBody } }) => {
    return requestBody !== undefined && !("required" in requestBody && requestBody.required);
  });
  expect(optional.map(({ name }) => name)).toEqual([]);
});

test("every operation of a tenant documents the refusals that all of them can answer", () => {
  const lacking = operations.filter(({ path, operation }) => {
    const wanted = path.startsWith("/v1/")
      ? ["400", "401", "404", "413", "415", "422", "500", "503"]
      : ["400"];
    return wanted.some((status) => !Object.hasOwn(operation.responses ?? {}, status));
  });
  expect(lacking.map(({ name }) => name)).toEqual([]);
});

test("every parameter in a path is declared", () => {
  const undeclared = operations.filter(({ path, operation }) => {
    const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = [
      ...(document.paths?.[path]?.parameters ?? []),
      ...(operation.parameters ?? []),
    ];
    const declared = parameters.map((parameter) => ("name" in parameter ? parameter.name : ""));
    return wanted.some((name) => !declared.includes(name ?? ""));
  });
  expect(undeclared.map(({ name }) => name)).toEqual([]);
});

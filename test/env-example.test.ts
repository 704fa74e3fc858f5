import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { environmentExample } from "../scripts/env-example.ts";
import { environmentSchema } from "../src/config.ts";

test(".env.example is what the schema of the environment generates", () => {
  expect(readFileSync(".env.example", "utf8")).toBe(environmentExample());
});

test("every variable of .env.example is one that the service reads, and none is missing", () => {
  const uncommented = environmentExample().replaceAll(/^#(?=[A-Z_]+=)/gm, "");
  const names = Object.keys(parseEnv(uncommented));
  expect(names.toSorted()).toEqual(Object.keys(environmentSchema.shape).toSorted());
});

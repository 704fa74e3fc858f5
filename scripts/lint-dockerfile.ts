/**
 * Checks the Dockerfile: its grammar, and the habits of this house (a user that is not root, a named
 * release of every image, a health check, no lock-less install).
 */
import { readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";

const text = readFileSync("Dockerfile", "utf8");
const instructions = text.split("\n").filter((line) => /^[A-Z]+ /.test(line));
const lastOf = (name: string) => instructions.findLast((line) => line.startsWith(`${name} `));
const images = instructions.filter((line) => line.startsWith("FROM "));
const user = lastOf("USER")?.split(/\s+/)[1];

const faults = validate(text).map(
  ({ range, message }) =>
    `Dockerfile:${range.start.line + 1}: ${typeof message === "string" ? message : message.value}`,
);
for (const image of images) {
  if (!/^FROM \S+:(?!latest\b)\S+/.test(image)) faults.push(`${image}: name a release`);
}
if (user === undefined || user === "root" || user === "0") faults.push("the last USER is root");
if (lastOf("HEALTHCHECK") === undefined) faults.push("there is no HEALTHCHECK");
if (/\bnpm (?:install|i)\b/.test(text)) faults.push("install with npm ci");

console.log(faults.length === 0 ? "Dockerfile is clean" : faults.join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;

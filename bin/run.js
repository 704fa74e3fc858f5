// `node bin/run.js src/main.ts …` runs a script of this project with Node 24, which runs TypeScript as it
// stands: this process when it is new enough, else the one that `npm ci` brings along; else it says what to do.
// Plain JavaScript that Node 16 can read.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const nodeMajorMin = 24;
const pathOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const bundledNode = pathOf("node_modules/node/bin/node");
const isNewEnough = Number.parseInt(process.versions.node, 10) >= nodeMajorMin;
const [, , script, ...args] = process.argv;

if (!script) {
  refuse("Say which script to run, such as src/main.ts.");
} else if (!existsSync(pathOf("node_modules"))) {
  refuse("The dependencies are not installed. Run npm ci in the project folder first.");
} else if (isNewEnough) {
  process.argv.splice(1, 2, pathOf(script));
  await import(new URL(`../${script}`, import.meta.url).href);
} else if (existsSync(bundledNode)) {
  runBundled();
} else {
  refuse(
    `Sportello needs Node ${nodeMajorMin} or newer; this is ${process.version}, and the one that npm ci brings ` +
      "along is missing: its install script did not run. Run npm ci without --ignore-scripts, or install " +
      `Node ${nodeMajorMin}.`,
  );
}

function refuse(message) {
  console.error(message);
  process.exitCode = 1;
}

function runBundled() {
  const child = spawn(bundledNode, [pathOf(script), ...args], { stdio: "inherit" });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  // A terminal sends Ctrl-C to both; twice would mean: hurry.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

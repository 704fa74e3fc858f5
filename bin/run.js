// `node bin/run.js src/main.ts …` runs a script of this project with Node 24, which runs TypeScript as it
// stands: this process when it is new enough, else the one that `npm ci` brings along; else it says what to do.
// Plain JavaScript that Node 16 can read.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const nodeMajorMin = 24;
const pathOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const bundledNode = pathOf("node_modules/node/bin/node");
const isNewEnough = Number.parseInt(process.versions.node, 10) >= nodeMajorMin;
const [, , script, ...args] = process.argv;
const isService = ["src/main.ts", "src/server.ts", "src/worker.ts"].includes(script);

if (!script) {
  refuse("Say which script to run, such as src/main.ts.");
} else if (!existsSync(pathOf("node_modules"))) {
  refuse("The dependencies are not installed. Run npm ci in the project folder first.");
} else if (isNewEnough && isService) {
  runWith(process.execPath);
} else if (isNewEnough) {
  process.argv.splice(1, 2, pathOf(script));
  await import(new URL(`../${script}`, import.meta.url).href);
} else if (existsSync(bundledNode)) {
  runWith(bundledNode);
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

function runWith(node) {
  // How the engine keeps house where it serves: a small nursery, and a heap that is tidied at 1.4 times what lives in
  // it. Under full load that halves its memory for the same work; docs/benchmarks.md has the figures.
  const flags = isService ? JSON.parse(readFileSync(pathOf("bin/engine-flags.json"), "utf8")) : [];
  const child = spawn(node, [...flags, pathOf(script), ...args], { stdio: "inherit" });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  // A terminal sends Ctrl-C to both; twice would mean: hurry.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

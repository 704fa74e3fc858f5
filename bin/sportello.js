#!/usr/bin/env node
// Starts src/cli.ts, which needs Node 24 to run TypeScript as it stands. Where the system's Node is
// older, the Node 24 from node_modules runs it instead. Plain JavaScript that Node 12 can read.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const nodeMajorMin = 24;
const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= nodeMajorMin) {
  await import(new URL("../src/cli.ts", import.meta.url).href);
} else {
  const bundledNode = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (!existsSync(bundledNode)) {
    console.error(
      `sportello needs Node ${nodeMajorMin} or newer; this is ${process.version}. ` +
        "Run npm ci in the project folder, or install a newer Node.",
    );
    process.exit(1);
  }
  const child = spawn(bundledNode, [cli, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

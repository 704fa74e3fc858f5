#!/usr/bin/env node
// The command `sportello`: src/cli.ts, by a Node that can run it.
process.argv.splice(2, 0, "src/cli.ts");
await import("./run.js");

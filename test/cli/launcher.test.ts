import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
/** Makes the process believe that it is an older Node. */
const asNode20 = [
  "--import",
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.19.2"}})',
];

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "sportello-launcher-"));
  await mkdir(join(project, "bin"));
  await copyFile("bin/run.js", join(project, "bin/run.js"));
  await writeFile(join(project, "package.json"), '{ "type": "module" }');
  await writeFile(
    join(project, "script.ts"),
    "const argv: string[] = process.argv.slice(2);\nconsole.log(argv.join());\nprocess.exitCode = 3;\n",
  );
});
afterEach(() => rm(project, { recursive: true, force: true }));

const launch = (nodeArguments: readonly string[] = []) =>
  run(process.execPath, [...nodeArguments, join(project, "bin/run.js"), "script.ts", "a", "b"]);

test("a script gets its arguments, and its exit code is the launcher's", async () => {
  await mkdir(join(project, "node_modules"));
  await expect(launch()).rejects.toMatchObject({ code: 3, stdout: "a,b\n" });
});

test("an older Node hands over to the one that was installed with the dependencies", async () => {
  await mkdir(join(project, "node_modules/node/bin"), { recursive: true });
  await symlink(process.execPath, join(project, "node_modules/node/bin/node"));
  await expect(launch(asNode20)).rejects.toMatchObject({ code: 3, stdout: "a,b\n" });
});

test("an older Node alone says in one message what to do", async () => {
  await mkdir(join(project, "node_modules"));
  await expect(launch(asNode20)).rejects.toThrow(
    /\nSportello needs Node 24 or newer; .* Run npm ci without .*\n$/,
  );
  await expect(launch(asNode20)).rejects.toMatchObject({ code: 1, stdout: "" });
});

test("without dependencies it says to install them", async () => {
  await expect(launch()).rejects.toThrow(/\nThe dependencies are not installed.*\n$/);
  await expect(launch()).rejects.toMatchObject({ code: 1 });
});

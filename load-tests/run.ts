/**
 * `npm run load -- <script> [k6 options]`: runs a script of this folder with k6 against a running service, then checks
 * the invariants in its database; or runs a drill, which needs no service. BASE_URL, TENANT and ADMIN_KEY say which service; unset, the embedded one of DATA_DIR.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { findOnPath } from "../scripts/find-on-path.ts";

const folder = import.meta.dirname;
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sportello", "bin");
const scripts = globSync("*.js", { cwd: folder }).map((file) => basename(file, ".js"));
/** They start everything they need and judge it themselves. */
const drills = ["messages-drill"];
const logins = z.array(z.object({ slug: z.string(), adminKey: z.string() }));

/** k6 of the PATH or of the cache, or built into the cache where Go is installed. */
function findK6(): string | undefined {
  const cached = join(cache, "k6");
  const found = findOnPath("k6") ?? (existsSync(cached) ? cached : undefined);
  if (found !== undefined || findOnPath("go") === undefined) return found;
  console.log(`Building k6 with Go into ${cache}; this takes some minutes, once.`);
  mkdirSync(cache, { recursive: true });
  const env = { ...process.env, GOBIN: cache };
  execFileSync("go", ["install", "go.k6.io/k6@latest"], { env, stdio: "inherit" });
  return cached;
}

/** The key of the demo's administrator, where nobody states one. */
function findAdminKey(tenant: string): string | undefined {
  const file = join(process.env["DATA_DIR"] ?? "./.data", "demo-logins.json");
  if (!existsSync(file)) return undefined;
  const known = logins.parse(JSON.parse(readFileSync(file, "utf8")));
  return known.find((login) => login.slug === tenant)?.adminKey;
}

function stop(message: string): never {
  console.error(message);
  process.exit(2);
}

const [script = "", ...rest] = process.argv.slice(2);
if (drills.includes(script)) {
  const drill = join(folder, `${script}.ts`);
  process.exit(spawnSync(process.execPath, [drill, ...rest], { stdio: "inherit" }).status ?? 1);
}
if (!scripts.includes(script)) {
  const names = [...scripts, ...drills].join(", ");
  stop(`Usage: npm run load -- <script> [its options, k6's]\nScripts: ${names}`);
}
const k6 = findK6();
if (k6 === undefined) {
  stop(
    "k6 is needed and not installed. Take it from https://grafana.com/docs/k6/latest/set-up/install-k6/, or install Go and run this again: it then builds k6 itself.",
  );
}
const tenant = process.env["TENANT"] ?? "demo";
const adminKey = process.env["ADMIN_KEY"] ?? findAdminKey(tenant);
if (adminKey === undefined)
  stop("State ADMIN_KEY, a secret key with the scope admin, or DATA_DIR of a demo (npm start).");
const env = { ...process.env, TENANT: tenant, ADMIN_KEY: adminKey };
const run = spawnSync(
  k6,
  ["run", "--address", "localhost:0", ...rest, join(folder, `${script}.js`)],
  {
    env,
    stdio: "inherit",
  },
);
const check = spawnSync(process.execPath, [join(folder, "check-invariants.ts")], {
  stdio: "inherit",
});
process.exit(run.status === 0 ? (check.status ?? 1) : (run.status ?? 1));

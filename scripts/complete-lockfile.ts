/**
 * Adds to package-lock.json the optional packages of other platforms that npm left out.
 *
 * A registry mirror that carries only some platforms makes `npm install` write a lock without
 * the others, and `npm ci` then refuses that lock everywhere. An entry with a version, `os` and
 * `cpu` is enough: npm skips it where the platform differs. Such an entry has no checksum; a full
 * registry adds it at the next `npm install`.
 *
 * Run after every change of dependencies made behind such a mirror. `--check` only reports.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

// Records, not objects with known keys: what this script does not change keeps its order.
const lockSchema = z.record(z.string(), z.unknown());
const packagesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const rangesSchema = z.record(z.string(), z.string()).default({});
type Packages = z.infer<typeof packagesSchema>;

const operatingSystems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd"];
const operatingSystemsRare = ["openharmony", "sunos", "win32"];
const processors = ["arm64", "x64", "ia32", "arm", "ppc64", "riscv64", "s390x", "loong64"];
const processorsRare = ["mips64el", "ppc", "wasm32"];
const aliases: Record<string, string> = { windows: "win32", fsevents: "darwin", armhf: "arm" };

function platformOf(name: string): { os?: string[]; cpu?: string[] } {
  const words = name.split(/[-/@_.]/).map((word) => aliases[word] ?? word);
  const os = words.filter((word) => [...operatingSystems, ...operatingSystemsRare].includes(word));
  const cpu = words.filter((word) => [...processors, ...processorsRare].includes(word));
  return { ...(cpu.length > 0 ? { cpu } : {}), ...(os.length > 0 ? { os } : {}) };
}

/** Optional packages that some entry names and the lock does not hold, ready to be added. */
function missingEntries(packages: Packages): Packages {
  const missing: Packages = {};
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(rangesSchema.parse(entry["optionalDependencies"]))) {
      const isHeld =
        `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      if (isHeld) continue;
      missing[`node_modules/${name}`] = {
        version: range.replace(/^[^0-9]*/, ""),
        ...(entry["dev"] === true ? { dev: true } : {}),
        optional: true,
        ...platformOf(name),
      };
    }
  }
  return missing;
}

const lock = lockSchema.parse(JSON.parse(readFileSync("package-lock.json", "utf8")));
const present = packagesSchema.parse(lock["packages"]);
const missing = missingEntries(present);
const names = Object.keys(missing);
if (names.length === 0) {
  console.log("package-lock.json holds every optional package");
} else if (process.argv.includes("--check")) {
  console.error(`package-lock.json lacks ${names.length} optional packages: ${names.join(", ")}`);
  console.error("Run: node scripts/complete-lockfile.ts");
  process.exitCode = 1;
} else {
  const packages = Object.fromEntries(
    Object.entries({ ...present, ...missing }).sort(([a], [b]) => a.localeCompare(b, "en")),
  );
  writeFileSync("package-lock.json", `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(`added ${names.length} optional packages to package-lock.json`);
}

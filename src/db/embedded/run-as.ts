import { execFile } from "node:child_process";
import { chmod, chown, lchown, mkdir, readFile, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { StartError, systemErrorCode } from "../../start-error.ts";
import { type Binaries, copyBinaries } from "./binaries.ts";

const run = promisify(execFile);

/** A way to run the PostgreSQL programs, which refuse the user root. */
export type RunAs = {
  kind: "self" | "user-namespace" | "unprivileged-user" | "unprivileged-user-with-access";
  /** Command words put before the program. */
  prefix: readonly string[];
  /** User and group to change to before the program starts. */
  ids?: { uid: number; gid: number };
  /** Who must own the data folder; undefined leaves it alone. */
  owner?: { uid: number; gid: number };
};

/**
 * Environment of the PostgreSQL programs: the system's own tools, and none of this process's variables,
 * which hold secrets and could change what PostgreSQL does (PG…, LC_…, TZ).
 */
export const PROGRAM_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

/** The first way that works here and the programs it can reach. */
export type Runner = { runAs: RunAs; binaries: Binaries };

/**
 * Chooses how to run PostgreSQL with the data folder `homeDir` (which exists).
 * Everybody but root runs it as himself. Root tries, in this order: a user namespace in which root is
 * somebody else (files stay root's, any path works); an unprivileged user, with a copy of the programs
 * when he cannot reach the installed ones; the same user with the one capability that lets him pass
 * closed parent folders. Throws StartError when none works.
 */
export async function chooseRunner(binaries: Binaries, homeDir: string): Promise<Runner> {
  if (process.getuid?.() !== 0) return { runAs: { kind: "self", prefix: [] }, binaries };
  const user = await pickUnprivilegedUser();
  const namespace = userNamespace(user);
  if (await canRun(namespace, binaries, homeDir)) return { runAs: namespace, binaries };
  const dropped: RunAs = { kind: "unprivileged-user", prefix: [], ids: user, owner: user };
  await letPass(dirname(homeDir));
  if (await canRun(dropped, binaries, homeDir)) return { runAs: dropped, binaries };
  if (await canReach(dropped, homeDir)) {
    const copied = await copyBinaries(binaries, join(dirname(homeDir), "postgres-programs"));
    if (await canRun(dropped, copied, homeDir)) return { runAs: dropped, binaries: copied };
  }
  const withAccess = keepingAccess(user);
  if (await canRun(withAccess, binaries, homeDir)) return { runAs: withAccess, binaries };
  throw new StartError(
    `PostgreSQL does not run as root, and user ${user.uid} cannot reach ${homeDir}. Start as another user, ` +
      "or set DATA_DIR to a folder below one that everybody may enter, for example DATA_DIR=/var/lib/sportello.",
  );
}

/** Gives `dir` and everything in it to the owner that `runAs` needs; does nothing when he owns it. */
export async function giveToOwner(runAs: RunAs, dir: string): Promise<void> {
  const { owner } = runAs;
  if (!owner || (await stat(dir)).uid === owner.uid) return;
  for (const entry of await readdir(dir, { recursive: true }))
    await lchown(join(dir, entry), owner.uid, owner.gid);
  await chown(dir, owner.uid, owner.gid);
}

function userNamespace({ uid, gid }: { uid: number; gid: number }): RunAs {
  const prefix = ["unshare", "--user", `--map-user=${uid}`, `--map-group=${gid}`, "--"];
  return { kind: "user-namespace", prefix, owner: { uid: 0, gid: 0 } };
}

function keepingAccess(user: { uid: number; gid: number }): RunAs {
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  const capability = ["--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
  // Without this bit access(2), with which initdb looks at its programs, ignores the capability.
  const words = ["setpriv", ...ids, ...capability, "--securebits=+no_setuid_fixup", "--"];
  return { kind: "unprivileged-user-with-access", prefix: words, owner: user };
}

/** Whether the programs run this way and can write the data folder, which is given to the owner first. */
async function canRun(runAs: RunAs, binaries: Binaries, homeDir: string): Promise<boolean> {
  if (runAs.owner) await chown(homeDir, runAs.owner.uid, runAs.owner.gid).catch(() => undefined);
  const script = '"$1" --version && test -w "$2" && test -x "$2"';
  return succeeds(runAs, ["sh", "-c", script, "sh", binaries.postgres, homeDir]);
}

async function canReach(runAs: RunAs, homeDir: string): Promise<boolean> {
  return succeeds(runAs, ["sh", "-c", 'test -w "$1" && test -x "$1"', "sh", homeDir]);
}

async function succeeds(runAs: RunAs, words: readonly string[]): Promise<boolean> {
  const [file = "sh", ...args] = [...runAs.prefix, ...words];
  return run(file, args, {
    ...runAs.ids,
    cwd: "/",
    env: PROGRAM_ENVIRONMENT,
    timeout: 10_000,
  }).then(
    () => true,
    () => false,
  );
}

/** Lets others pass through DATA_DIR without listing it; the secrets in it are 0600 each. */
async function letPass(dataDir: string): Promise<void> {
  const { mode } = await stat(dataDir);
  await chmod(dataDir, mode | 0o011);
}

/** A user that exists (initdb looks its name up): `postgres`, else the first that is nobody's login. */
async function pickUnprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile("/etc/passwd", "utf8").catch(() => "");
  const users = passwd.split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && Number(uid) > 0 && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
  const found =
    users.find(({ name }) => name === "postgres") ??
    users.find(({ name }) => name === "nobody") ??
    users[0];
  return found ? { uid: found.uid, gid: found.gid } : { uid: 65_534, gid: 65_534 };
}

/**
 * Creates a folder, with its parents, that only its owner may enter; an existing one is left alone.
 * Not by the recursive option of mkdir: that never returns where a parent exists and takes no entries (/proc).
 */
export async function makePrivateDir(dir: string): Promise<void> {
  try {
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST" && (await stat(dir)).isDirectory()) return;
    const hasParent = await stat(dirname(dir)).then(
      () => true,
      () => false,
    );
    if (systemErrorCode(error) !== "ENOENT" || hasParent) throw error;
    await makePrivateDir(dirname(dir));
    await makePrivateDir(dir);
  }
}

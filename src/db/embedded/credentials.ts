import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { StartError, systemErrorCode } from "../../start-error.ts";

/** Login role of the service: no superuser, does not bypass row-level security, creates nothing. */
export const SERVICE_ROLE = "sportello_service";
/** Superuser of the embedded cluster; only migrations and this module use it. */
export const ADMIN_ROLE = "sportello_admin";

const accessSchema = z.strictObject({
  port: z.int().min(1).max(65_535),
  admin_password: z.string().min(32),
  service_password: z.string().min(32),
});

/** What DATA_DIR/database.json (mode 0600) remembers: the loopback port and both passwords. */
export type DatabaseAccess = z.infer<typeof accessSchema>;

/**
 * Reads DATA_DIR/database.json, making it with random passwords and a free port the first time.
 * `isNew` false with the file missing means that a database exists whose passwords are lost: StartError.
 */
export async function loadAccess(dataDir: string, isNew: boolean): Promise<DatabaseAccess> {
  const file = accessFile(dataDir);
  const found = await readAccess(file);
  if (found) return found;
  if (!isNew) throw lostAccess(file);
  const access = {
    port: await findFreePort(),
    admin_password: makePassword(),
    service_password: makePassword(),
  };
  return (await createOnce(file, access)) ? access : loadAccess(dataDir, false);
}

/** Writes DATA_DIR/database.json in one step, so that a reader sees the old or the new one. */
export async function saveAccess(dataDir: string, access: DatabaseAccess): Promise<void> {
  const file = accessFile(dataDir);
  await rename(await writeDraft(file, access), file);
}

/** A TCP port on 127.0.0.1 that nobody uses at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Unlike a rename, a link fails when another first start was quicker; its passwords count. */
async function createOnce(file: string, access: DatabaseAccess): Promise<boolean> {
  const draft = await writeDraft(file, access);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(file: string, access: DatabaseAccess): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600, flush: true });
  return draft;
}

async function readAccess(file: string): Promise<DatabaseAccess | undefined> {
  try {
    return accessSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw lostAccess(file);
  }
}

function accessFile(dataDir: string): string {
  return join(dataDir, "database.json");
}

function lostAccess(file: string): StartError {
  return new StartError(
    `The database beside ${file} exists, but that file with its passwords is missing or damaged. ` +
      "Restore it from a backup, or choose another DATA_DIR.",
  );
}

function makePassword(): string {
  return randomBytes(24).toString("hex");
}

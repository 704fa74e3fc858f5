import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Deps } from "../context.ts";
import { seedDemo } from "./seed-demo.ts";

const demoLogins = z.array(z.object({ slug: z.string(), name: z.string(), adminKey: z.string() }));

/** A demo administration and its administrator's key. */
export type DemoLogin = z.infer<typeof demoLogins>[number];

/**
 * Seeds the demo where the database is empty and keeps its keys in `dataDir/demo-logins.json` (mode 0600), so that
 * every start can show them. Embedded mode only: elsewhere a key is shown once. Returns nothing where there is no demo.
 */
export async function keepDemoLogins(
  deps: Pick<Deps, "db" | "vault">,
  dataDir: string,
): Promise<DemoLogin[]> {
  const file = join(dataDir, "demo-logins.json");
  const seeded = await seedDemo(deps);
  const known = await readLogins(file);
  if (seeded.length === 0) return known;
  const kept = known.filter((login) => !seeded.some((other) => other.slug === login.slug));
  const logins = [...kept, ...seeded];
  await writeFile(file, `${JSON.stringify(logins, null, 2)}\n`, { mode: 0o600 });
  return logins;
}

/** A file that is missing or was changed by hand shows nothing; the keys in the database stay good. */
async function readLogins(file: string): Promise<DemoLogin[]> {
  try {
    const { data } = demoLogins.safeParse(JSON.parse(await readFile(file, "utf8")));
    return data ?? [];
  } catch {
    return [];
  }
}

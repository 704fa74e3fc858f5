import { isAbsolute } from "node:path";
import { describe, expect, it } from "vitest";
import { atPort, parseConfig } from "./config.ts";
import { StartError } from "./start-error.ts";

const secretKeys = `k1:${Buffer.alloc(32, 1).toString("base64")}`;
const databaseUrl = "postgresql://sportello_service:pass@db/sportello";

function messageOf(environment: Record<string, string>): string {
  try {
    parseConfig(environment);
  } catch (error) {
    if (error instanceof StartError) return error.message;
    throw error;
  }
  return "";
}

describe("the configuration", () => {
  it("needs nothing: an empty environment is the embedded default on loopback", () => {
    const config = parseConfig({});
    expect(config).toMatchObject({ port: 3000, host: "127.0.0.1" });
    expect(config.database).toBeUndefined();
    expect(config.publicUrl).toBe("http://localhost:3000");
    expect(isAbsolute(config.dataDir)).toBe(true);
  });

  it("takes an empty value for one that is not set", () => {
    expect(parseConfig({ PORT: "", DATABASE_URL: " " })).toEqual(parseConfig({}));
  });

  it("names all faults in one message", () => {
    const message = messageOf({
      PORT: "70000",
      LOG_LEVEL: "loud",
      REDIS_URL: "http://cache",
      PUBLIC_URL: "https://example.org/path",
      DATABASE_URL: databaseUrl,
    });
    for (const name of ["PORT", "LOG_LEVEL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEYS"]) {
      expect(message).toContain(`  ${name} `);
    }
    expect(message).toContain("5 settings");
  });

  it.each(["-1", "3000.5", "0x50", "65536", "port"])("refuses %s as a port", (PORT) => {
    expect(messageOf({ PORT })).toContain("PORT must be a whole number from 0 to 65535");
  });

  it("needs secret keys beside an existing database, and says so among other faults", () => {
    expect(messageOf({ DATABASE_URL: databaseUrl })).toContain("SECRET_KEYS is needed");
    expect(parseConfig({ DATABASE_URL: databaseUrl, SECRET_KEYS: secretKeys }).database).toEqual({
      url: databaseUrl,
      adminUrl: databaseUrl,
    });
  });

  it("never shows a key or a password in its message", () => {
    const message = messageOf({
      DATABASE_URL: "mysql://user:hidden@db/x",
      SECRET_KEYS: `${secretKeys},${secretKeys}`,
    });
    expect(message).toContain("DATABASE_URL");
    expect(message).not.toContain("hidden");
    expect(message).not.toContain(secretKeys.slice(3));
  });

  it("refuses an administrator's address without the database's own", () => {
    expect(messageOf({ DATABASE_ADMIN_URL: databaseUrl })).toContain("DATABASE_URL must be set");
  });

  it("follows the port that was opened in the default public address, not in one that was set", () => {
    expect(atPort(parseConfig({ PORT: "0" }), 4001).publicUrl).toBe("http://localhost:4001");
    const config = parseConfig({ PORT: "0", PUBLIC_URL: "https://example.org/" });
    expect(atPort(config, 4001).publicUrl).toBe("https://example.org");
  });
});

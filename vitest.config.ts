import { defineConfig } from "vitest/config";

// The house database is one embedded PostgreSQL per run; two workers fill a
// small machine and keep the number of database connections predictable.
const databaseWorkersMax = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          setupFiles: ["test/support/property-seed.ts"],
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/**/*.pg.test.ts", "test/**/*.browser.test.ts"],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "pg",
          setupFiles: ["test/support/property-seed.ts"],
          include: ["test/**/*.pg.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          maxWorkers: databaseWorkersMax,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "pages",
          include: ["test/pages/**/*.browser.test.ts"],
          globalSetup: ["test/support/global-setup.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
    allowOnly: false,
    passWithNoTests: true,
  },
});

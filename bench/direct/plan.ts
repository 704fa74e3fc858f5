import type { WriteSet } from "./write-set.ts";

/** One run of writing bookings straight into the database. */
export interface DirectPlan {
  readonly client: "pgbench" | "node";
  /** A transaction of one statement per table, or everything in one prepared statement. */
  readonly form: "transaction" | "statement";
  readonly clients: number;
  readonly seconds: number;
  readonly url: string;
  readonly tenantId: string;
  readonly slotIds: readonly number[];
  readonly writes: WriteSet;
}

export interface DirectReport {
  readonly written: number;
  readonly seconds: number;
}

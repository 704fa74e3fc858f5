/** Fields that the database's start and migrations write; all of them are permitted in log lines. */
export type DatabaseLogFields = {
  readonly attempt?: number;
  readonly count?: number;
  readonly duration_ms?: number;
  readonly migration?: string;
  readonly outcome?: string;
  readonly err?: unknown;
};

/** Where the database's start and migrations report to; the service's logger fits. */
export type DatabaseLog = Readonly<
  Record<"info" | "warn" | "error", (fields: DatabaseLogFields, message: string) => void>
>;

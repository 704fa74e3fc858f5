import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dumpSchema } from "../../scripts/schema/dump-schema.ts";
import { generateRowTypes, ROW_TYPES_FILE } from "../../scripts/schema/generate-row-types.ts";
import { appointmentTransitions } from "../../src/appointments/appointment.ts";
import {
  bulkStatuses,
  bulkTransitions,
  partStatuses,
  partTransitions,
} from "../../src/bulk/operation.ts";
import { urgentStatuses, urgentTransitions } from "../../src/bulk/today/urgent-closure.ts";
import { messageStatuses, messageTransitions } from "../../src/messages/message-state.ts";
import {
  phoneTaskStatuses,
  phoneTaskTransitions,
} from "../../src/messages/phone-tasks/phone-task.ts";
import { endpointStatuses, endpointTransitions } from "../../src/messages/webhooks/endpoint.ts";
import { outboxTransitions } from "../../src/events/outbox-event.ts";
import { holdTransitions } from "../../src/slots/holds/hold.ts";
import { entryStatuses, entryTransitions } from "../../src/waitlist/entries/entry.ts";
import {
  offerStatuses,
  offerTransitions,
  placeTransitions,
} from "../../src/waitlist/offers/offer.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { proposalStatuses, proposalTransitions } from "../../src/scheduling/proposals/proposal.ts";
import { insertRow, insertValidRows } from "./valid-rows.ts";
import { idOf, type Row } from "./row.ts";

const database = await createTestDatabase();
const admin = new pg.Client({ connectionString: database.adminUrl });
await admin.connect();
afterAll(async () => {
  await admin.end();
  await database.drop();
});

describe("drift", () => {
  test("migrations/schema.sql is what the migrations make (npm run schema)", async () => {
    expect(await dumpSchema(admin)).toBe(await readFile("migrations/schema.sql", "utf8"));
  });

  test("the dump tells a changed column, constraint, policy, right and index", async () => {
    const before = await dumpSchema(admin);
    await admin.query("BEGIN");
    const changes = [
      "ALTER TABLE sites ALTER COLUMN phone SET DEFAULT 'x'",
      "ALTER TABLE sites DROP CONSTRAINT sites_code_is_plain",
      "DROP POLICY rows_belong_to_the_current_tenant ON sites",
      "ALTER TABLE sites NO FORCE ROW LEVEL SECURITY",
      "GRANT DELETE ON sites TO sportello_service",
      "CREATE INDEX sites_by_phone ON sites (phone)",
      "COMMENT ON TABLE sites IS 'other'",
      "DROP TRIGGER holds_change_by_listed_transitions ON holds",
      "INSERT INTO state_transitions VALUES ('hold', 'expired', 'open')",
    ];
    const dumps = [before];
    for (const change of changes) {
      await admin.query(change);
      dumps.push(await dumpSchema(admin));
    }
    await admin.query("ROLLBACK");
    expect(new Set(dumps).size).toBe(changes.length + 1);
  });

  test("the row types are those of the migrated tables (npm run schema)", async () => {
    expect(await generateRowTypes(database.adminUrl)).toBe(await readFile(ROW_TYPES_FILE, "utf8"));
  });

  test("every table says what it is for", async () => {
    const { rows } = await admin.query<{ name: string }>(`
      SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND obj_description(oid, 'pg_class') IS NULL`);
    expect(rows).toEqual([]);
  });

  test("every table of tenants has forced row-level security and a policy", async () => {
    const { rows } = await admin.query<{ name: string; is_forced: boolean; policies: number }>(`
      SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
        (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid) AS policies
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')`);
    expect(rows.length).toBeGreaterThan(20);
    const unprotected = rows.filter(({ is_forced, policies }) => !is_forced || policies === 0);
    expect(unprotected).toEqual([]);
  });
});

interface Machine {
  readonly table: string;
  readonly statuses: readonly string[];
  readonly transitions: readonly (readonly [string, string])[];
  /** What names a second row beside the valid one, where it is not the id. */
  readonly another?: { readonly column: string; readonly value: unknown };
  /** Columns that must go with a status. */
  readonly columnsOf: (status: string) => Row;
}

/** What a second row of a table must have otherwise than the first. */
const anotherId = { column: "id", value: idOf(99) };

const at = "2026-03-02T08:00:00Z";
const bulkMachines: Readonly<Record<string, Machine>> = {
  bulk_operation: {
    table: "bulk_operations",
    statuses: bulkStatuses,
    transitions: bulkTransitions,
    columnsOf: (status) => ({
      started_at: ["previewed", "expired"].includes(status) ? null : at,
      ended_at: ["expired", "finished", "aborted"].includes(status) ? at : null,
    }),
  },
  bulk_operation_part: {
    table: "bulk_operation_parts",
    another: { column: "number", value: 1 },
    statuses: partStatuses,
    transitions: partTransitions,
    columnsOf: (status) => ({
      outcomes: status === "pending" ? null : ["done"],
      event_ids: status === "pending" ? null : [],
      settled_at: status === "pending" ? null : at,
      told_at: status === "told" ? at : null,
    }),
  },
};

const urgentMachines: Readonly<Record<string, Machine>> = {
  urgent_closure: {
    table: "urgent_closures",
    statuses: urgentStatuses,
    transitions: urgentTransitions,
    columnsOf: (status) => ({
      started_at: status === "previewed" ? null : at,
      lifted_at: status === "lifted" ? at : null,
    }),
  },
};

const messageMachines: Readonly<Record<string, Machine>> = {
  message: {
    table: "messages",
    statuses: messageStatuses,
    transitions: messageTransitions,
    columnsOf: (status) => ({
      leased_until: status === "leased" ? at : null,
      ended_at: ["planned", "leased"].includes(status) ? null : at,
      end_reason: ["failed", "unknown", "discarded"].includes(status) ? "too_late" : null,
      offset_minutes: 1,
    }),
  },
  phone_task: {
    table: "phone_tasks",
    statuses: phoneTaskStatuses,
    transitions: phoneTaskTransitions,
    columnsOf: (status) => ({
      leased_until: status === "leased" ? at : null,
      leased_by: status === "leased" ? idOf(10) : null,
      ended_at: ["done", "dropped"].includes(status) ? at : null,
      outcome: status === "done" ? "reached" : null,
      subject_version: 2,
    }),
  },
  webhook_endpoint: {
    table: "webhook_endpoints",
    statuses: endpointStatuses,
    transitions: endpointTransitions,
    columnsOf: (status) => ({
      disabled_at: status === "disabled" ? at : null,
      disabled_reason: status === "disabled" ? "by_hand" : null,
    }),
  },
};

const waitlistMachines: Readonly<Record<string, Machine>> = {
  waitlist_entry: {
    table: "waitlist_entries",
    statuses: entryStatuses,
    transitions: entryTransitions,
    columnsOf: (status) => ({
      ended_at: ["waiting", "offered"].includes(status) ? null : at,
      person_hash: null,
    }),
  },
  waitlist_place: {
    table: "waitlist_places",
    statuses: ["held", "taken", "returned"],
    transitions: placeTransitions,
    columnsOf: (status) => ({ ended_at: status === "held" ? null : at }),
  },
  waitlist_offer: {
    table: "waitlist_offers",
    statuses: offerStatuses,
    transitions: offerTransitions,
    columnsOf: (status) => ({
      ended_at: status === "offered" ? null : at,
      appointment_id: status === "accepted" ? idOf(8) : null,
      entry_id: idOf(35),
    }),
  },
};

const machines: Readonly<Record<string, Machine>> = {
  schedule_proposal: {
    table: "schedule_proposals",
    statuses: proposalStatuses,
    transitions: proposalTransitions,
    columnsOf: (status) => ({
      started_at: ["applying", "applied"].includes(status) ? at : null,
      ended_at: ["applied", "dropped", "expired"].includes(status) ? at : null,
    }),
  },
  hold: {
    table: "holds",
    statuses: ["open", "confirmed", "released", "expired"],
    transitions: holdTransitions,
    columnsOf: (status) => ({ ended_at: status === "open" ? null : at, client_hash: null }),
  },
  appointment: {
    table: "appointments",
    statuses: ["booked", "closed", "cancelled"],
    transitions: appointmentTransitions,
    columnsOf: (status) => ({
      closed_at: status === "closed" ? at : null,
      cancelled_at: status === "cancelled" ? at : null,
      cancelled_by: status === "cancelled" ? "staff" : null,
      cancel_reason: status === "cancelled" ? "other" : null,
      reference: "BBBB",
      external_reference: null,
    }),
  },
  outbox_event: {
    table: "outbox_events",
    statuses: ["pending", "leased", "relayed"],
    transitions: outboxTransitions,
    columnsOf: (status) => ({
      leased_until: status === "leased" ? at : null,
      relayed_at: status === "relayed" ? at : null,
    }),
  },
  ...messageMachines,
  ...bulkMachines,
  ...waitlistMachines,
  ...urgentMachines,
};

describe("drift of states", () => {
  let valid: ReadonlyMap<string, Row>;
  beforeAll(async () => {
    valid = await insertValidRows(admin);
  });

  test("the database lists the same changes as the code, and no machine is missing here", async () => {
    const { rows } = await admin.query<{ text: string }>(
      "SELECT concat_ws(' ', machine, from_state, to_state) AS text FROM state_transitions",
    );
    const inCode = Object.entries(machines).flatMap(([machine, { transitions }]) =>
      transitions.map(([from, to]) => `${machine} ${from} ${to}`),
    );
    expect(rows.map(({ text }) => text).toSorted()).toEqual(inCode.toSorted());
  });

  test.each(Object.entries(machines))("every state of %s is known here", async (_name, machine) => {
    const { rows } = await admin.query<{ rule: string }>(
      "SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conname = $1",
      [`${machine.table}_status_is_known`],
    );
    const inRule = [...(rows[0]?.rule ?? "").matchAll(/'([a-z_]+)'::text/g)].map(
      ([, one = ""]) => one,
    );
    expect(inRule.toSorted()).toEqual([...machine.statuses].toSorted());
  });

  const pairs = Object.entries(machines).flatMap(([name, machine]) =>
    machine.statuses.flatMap((from) =>
      machine.statuses
        .filter((to) => to !== from || machine.transitions.some(([a, b]) => a === from && b === to))
        .map((to) => ({ name, machine, from, to })),
    ),
  );

  test.each(pairs)("$name from $from to $to is allowed exactly when listed", async (pair) => {
    const { name, machine, from, to } = pair;
    const isListed = machine.transitions.some(([a, b]) => a === from && b === to);
    const outcome = await tryTransition(machine, from, to);
    expect(outcome).toBe(isListed ? "allowed" : `${name}_transition_is_listed`);
  });

  async function tryTransition(machine: Machine, from: string, to: string): Promise<string> {
    const { another = anotherId } = machine;
    await admin.query("BEGIN");
    try {
      const row = {
        ...valid.get(machine.table),
        [another.column]: another.value,
        ...machine.columnsOf(from),
        status: from,
      };
      await insertRow(admin, machine.table, row);
      const change: Row = { ...machine.columnsOf(to), status: to };
      const names = Object.keys(change);
      await admin.query(
        `UPDATE ${machine.table} SET ${names.map((name, index) => `${name} = $${index + 2}`).join(", ")} WHERE ${another.column} = $1`,
        [another.value, ...Object.values(change)],
      );
      return "allowed";
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.constraint ?? error.message;
      throw error;
    } finally {
      await admin.query("ROLLBACK");
    }
  }
});

/** Writes bookings straight into the database, one at a time per connection: the Node client of the baseline. */
import pg from "pg";
import type { DirectPlan, DirectReport } from "./plan.ts";

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly variables: readonly string[];
}

type Values = Record<string, unknown>;

async function run(plan: DirectPlan): Promise<DirectReport> {
  const clients = await Promise.all(Array.from({ length: plan.clients }, () => connect(plan)));
  const book = plan.form === "statement" ? asStatement(plan) : asTransaction(plan);
  let written = 0;
  const startedMs = performance.now();
  const untilMs = startedMs + plan.seconds * 1_000;
  const work = async (client: pg.Client): Promise<void> => {
    while (performance.now() < untilMs) {
      await book(client, plan.slotIds[Math.floor(Math.random() * plan.slotIds.length)] ?? 0);
      written += 1;
    }
  };
  await Promise.all(clients.map(work));
  const seconds = (performance.now() - startedMs) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return { written, seconds };
}

async function connect(plan: DirectPlan): Promise<pg.Client> {
  const options = `-c sportello.tenant_id=${plan.tenantId}`;
  const client = new pg.Client({ connectionString: plan.url, options });
  await client.connect();
  return client;
}

function asStatement({ writes }: DirectPlan) {
  const statement = prepared(writes.statement, "all");
  return async (client: pg.Client, slot: number): Promise<void> => {
    const { rows } = await execute(client, statement, { slot });
    if (Number(rows[0]?.["count"]) !== 1) throw new Error("The slot is full");
  };
}

function asTransaction({ writes }: DirectPlan) {
  const claim = prepared(writes.claim, "claim");
  const inserts = writes.inserts.map((sql, n) => prepared(sql, `insert_${n}`));
  return async (client: pg.Client, slot: number): Promise<void> => {
    await client.query("BEGIN");
    const { rows } = await execute(client, claim, { slot });
    if (!rows[0]) throw new Error("The slot is full");
    const values = { ...rows[0], slot };
    for (const insert of inserts) await execute(client, insert, values);
    await client.query("COMMIT");
  };
}

function execute(client: pg.Client, { name, text, variables }: Statement, values: Values) {
  return client.query<Values>({ name, text, values: variables.map((one) => values[one]) });
}

/** Turns `:name` into `$1`, `$2` … */
function prepared(sql: string, name: string): Statement {
  const variables: string[] = [];
  const text = sql.replaceAll(/(?<!:):([a-z_]+)/g, (_, variable: string) => {
    if (!variables.includes(variable)) variables.push(variable);
    return `$${variables.indexOf(variable) + 1}`;
  });
  return { name, text, variables };
}

/** Only run-direct.ts talks to this process, and it sends plans. */
function asPlan(message: unknown): DirectPlan {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- both ends are this folder's
  return message as DirectPlan;
}

process.once("message", (message) => {
  void run(asPlan(message)).then((report) => process.send?.(report, () => process.exit(0)));
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { SmsBehaviour, SmsReceipt } from "./sms-sink.ts";
import type { SmscBehaviour, SmscReceipt } from "./smsc.ts";
import type { SmtpBehaviour, SmtpReceipt } from "./smtp-sink.ts";
import type { WebhookBehaviour, WebhookReceipt } from "./webhook-sink.ts";

/** What each kind of sink is told and what it records. */
export interface SinkKinds {
  readonly smtp: { readonly behaviour: SmtpBehaviour; readonly receipt: SmtpReceipt };
  readonly sms: { readonly behaviour: SmsBehaviour; readonly receipt: SmsReceipt };
  readonly smsc: { readonly behaviour: SmscBehaviour; readonly receipt: SmscReceipt };
  readonly webhook: { readonly behaviour: WebhookBehaviour; readonly receipt: WebhookReceipt };
}

/** A sink that runs in a process of its own, so that it neither slows nor is slowed by whoever is measured. */
export interface SinkProcess<K extends keyof SinkKinds> {
  readonly port: number;
  readonly pid: number;
  /** Everything received so far, or from the `from`-th on. */
  readonly receipts: (from?: number) => Promise<SinkKinds[K]["receipt"][]>;
  /** How much was received and refused so far. */
  readonly figures: () => Promise<{ receipts: number; refusals: number }>;
  readonly behave: (behaviour: SinkKinds[K]["behaviour"]) => Promise<void>;
  readonly close: () => Promise<void>;
}

const started = z.object({ port: z.int(), controlPort: z.int() });
const figuresShape = z.object({ receipts: z.int(), refusals: z.int() });

/** Starts a sink in a process of its own; it ends with the one that started it. */
export async function startSinkProcess<K extends keyof SinkKinds>(
  kind: K,
  behaviour: SinkKinds[K]["behaviour"] = {},
): Promise<SinkProcess<K>> {
  const program = fileURLToPath(new URL("./run-sink.ts", import.meta.url));
  const child = spawn(process.execPath, [program, kind, JSON.stringify(behaviour)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    void exited.then(() => reject(new Error(`The sink ${kind} did not start`)));
  });
  const { port, controlPort } = started.parse(JSON.parse(line));
  const control = `http://127.0.0.1:${controlPort}`;
  return {
    port,
    pid: child.pid ?? 0,
    receipts: async (from = 0) => {
      const all: SinkKinds[K]["receipt"][] = [];
      for (;;) {
        const page = await readPage<SinkKinds[K]["receipt"]>(
          `${control}/receipts?from=${from + all.length}`,
        );
        if (page.length === 0) return all;
        all.push(...page);
      }
    },
    figures: async () => figuresShape.parse(await (await fetch(`${control}/figures`)).json()),
    behave: async (next) => {
      await fetch(`${control}/behaviour`, { method: "POST", body: JSON.stringify(next) });
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** A page of what the sink recorded: it is of the same code, so its shape is known. */
async function readPage<R>(url: string): Promise<R[]> {
  const page: unknown = await (await fetch(url)).json();
  // oxlint-disable-next-line typescript/consistent-type-assertions -- see above
  return page as R[];
}

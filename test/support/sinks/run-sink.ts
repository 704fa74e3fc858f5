import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { startSmsSink } from "./sms-sink.ts";
import { startSmsc } from "./smsc.ts";
import { startSmtpSink } from "./smtp-sink.ts";
import { startWebhookSink } from "./webhook-sink.ts";

/**
 * A sink in a process of its own: `run-sink.ts KIND BEHAVIOUR`. Prints one line of JSON with its port and that of its
 * control, which answers `GET /receipts?from=N`, `GET /refusals?from=N` and `GET /figures`, and takes a new behaviour at
 * `POST /behaviour`.
 */

interface Running {
  readonly port: number;
  readonly receipts: readonly unknown[];
  readonly refusals: readonly unknown[];
  readonly behave: (behaviour: object) => void;
}

const behaviourShape = z.record(z.string(), z.unknown());

async function start(kind: string, behaviour: object): Promise<Running> {
  switch (kind) {
    case "smtp": {
      const sink = await startSmtpSink(behaviour);
      return sink;
    }
    case "sms":
      return { ...(await startSmsSink(behaviour)), refusals: [] };
    case "smsc":
      return { ...(await startSmsc(behaviour)), refusals: [] };
    case "webhook": {
      const sink = await startWebhookSink();
      sink.behave(behaviour);
      return { ...sink, refusals: [] };
    }
    default:
      throw new Error(`There is no sink ${kind}: smtp, sms, smsc or webhook`);
  }
}

function control(sink: Running) {
  return createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", "http://sink");
      const from = Number(url.searchParams.get("from") ?? 0);
      const reply = (value: unknown): void => void response.end(JSON.stringify(value));
      switch (`${request.method} ${url.pathname}`) {
        case "GET /receipts":
          return reply(sink.receipts.slice(from, from + pageMax));
        case "GET /refusals":
          return reply(sink.refusals.slice(from, from + pageMax));
        case "GET /figures":
          return reply({ receipts: sink.receipts.length, refusals: sink.refusals.length });
        case "POST /behaviour":
          sink.behave(behaviourShape.parse(JSON.parse(await text(request))));
          return reply({});
        default:
          response.writeHead(404).end();
      }
    })();
  });
}

const pageMax = 10_000;

const [kind = "", behaviour = "{}"] = process.argv.slice(2);
const sink = await start(kind, behaviourShape.parse(JSON.parse(behaviour)));
const server = control(sink).listen(0, "127.0.0.1", () => {
  const address = server.address();
  const controlPort = typeof address === "object" ? address?.port : undefined;
  console.log(JSON.stringify({ port: sink.port, controlPort }));
});
// Whoever started it is gone: so is its reason.
process.stdin.on("end", () => process.exit(0)).resume();

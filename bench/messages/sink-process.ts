/** A mail server as a process of its own; tells its parent how many messages it has taken. */
import { startSmtpSink } from "../../test/support/sinks/smtp-sink.ts";

const TELL_MS = 20;

const sink = await startSmtpSink();
let told = -1;
setInterval(() => {
  const count = sink.receipts.length;
  if (count === told) return;
  told = count;
  process.send?.({ taken: count, lastAt: sink.receipts.at(-1)?.at ?? 0 });
}, TELL_MS);
process.on("disconnect", () => process.exit(0));
process.on("message", () => {
  sink.receipts.length = 0;
  told = -1;
});
process.send?.({ port: sink.port });

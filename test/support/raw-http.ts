import { connect } from "node:net";

export interface RawAnswer {
  /** Undefined when the connection closed without an answer. */
  readonly status: number | undefined;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are to a port of this machine and returns what came before the connection closed. */
export function sendRaw(port: number, parts: Iterable<string | Buffer>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    const finish = (): void => resolve(parseAnswer(Buffer.concat(chunks).toString("latin1")));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", finish);
    socket.on("error", (error) => {
      // The server may close while we still write: what it had said counts.
      if (chunks.length > 0) finish();
      else if (!("code" in error) || error.code !== "EPIPE") reject(error);
    });
    socket.on("connect", () => void writeAll());
    async function writeAll(): Promise<void> {
      for (const part of parts) {
        if (socket.destroyed) return;
        if (!socket.write(part))
          await new Promise((drained) => socket.once("drain", drained).once("close", drained));
      }
    }
  });
}

function parseAnswer(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    head,
    body: rest.join("\r\n\r\n"),
  };
}

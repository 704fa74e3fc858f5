import { connect, type Socket } from "node:net";

/** An answer, read to its last byte. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Head {
  readonly status: number;
  readonly bodyAt: number;
  /** Undefined: the body comes in chunks. */
  readonly length: number | undefined;
  readonly isLast: boolean;
}

const endOfHead = Buffer.from("\r\n\r\n");
const endOfChunks = Buffer.from("0\r\n\r\n");

/**
 * One keep-alive connection, one request at a time. It speaks just enough HTTP/1.1 for the service under test, so that
 * making the load costs a fraction of answering it. A request fails when the connection breaks; the next reconnects.
 */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #head: Head | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a request of ASCII characters (head and body in one) and waits for its whole answer. */
  request(text: string): Promise<Answer> {
    const socket = (this.#socket ??= this.#open());
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      socket.write(text, "latin1");
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    const lose = (): void => {
      if (this.#socket === socket) this.#lose(new Error("The connection broke"));
    };
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", lose);
    socket.on("close", lose);
    return socket;
  }

  #lose(error: Error): void {
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#forget();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #forget(): void {
    this.#chunks = [];
    this.#bytes = 0;
    this.#head = undefined;
  }

  #read(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#head ??= readHead(this.#joined());
    const head = this.#head;
    if (!head || !this.#isComplete(head)) return;
    const body = this.#joined().subarray(head.bodyAt);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#forget();
    if (head.isLast) {
      this.#socket?.destroy();
      this.#socket = undefined;
    }
    waiting?.resolve({ status: head.status, body });
  }

  #isComplete({ bodyAt, length }: Head): boolean {
    if (length !== undefined) return this.#bytes >= bodyAt + length;
    return this.#joined().subarray(bodyAt).subarray(-endOfChunks.length).equals(endOfChunks);
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? Buffer.alloc(0);
  }
}

function readHead(data: Buffer): Head | undefined {
  const at = data.indexOf(endOfHead);
  if (at === -1) return undefined;
  const text = data.toString("latin1", 0, at).toLowerCase();
  const status = Number(text.slice(9, 12));
  const isEmpty = status === 204 || status === 304;
  const length = /\r\ncontent-length: *(\d+)/.exec(text)?.[1];
  if (length === undefined && !isEmpty && !text.includes("\r\ntransfer-encoding: chunked"))
    throw new Error("An answer says neither its length nor that it comes in chunks");
  return {
    status,
    bodyAt: at + endOfHead.length,
    length: isEmpty ? 0 : length === undefined ? undefined : Number(length),
    isLast: text.includes("\r\nconnection: close"),
  };
}

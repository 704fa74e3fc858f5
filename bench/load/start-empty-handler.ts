import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process with an empty Hono handler. */
export interface EmptyHandler {
  readonly port: number;
  /** Makes all further answers so many bytes long. */
  readonly answerWith: (bytes: number) => Promise<void>;
  readonly stop: () => void;
}

export async function startEmptyHandler(): Promise<EmptyHandler> {
  const child = fork(join(import.meta.dirname, "empty-handler.ts"));
  const ready: unknown[] = await once(child, "message");
  return {
    port: Number(ready[0]),
    answerWith: async (bytes) => {
      child.send(bytes);
      await once(child, "message");
    },
    stop: () => child.disconnect(),
  };
}

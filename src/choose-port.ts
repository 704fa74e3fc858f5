import { createServer } from "node:net";
import { StartError, errorMessage, systemErrorCode } from "./start-error.ts";

/**
 * Finds out whether the service can listen there, before anything else is started; returns the port, which
 * differs from the wanted one when that is 0. Throws StartError when it cannot.
 */
export async function choosePort(host: string, wanted: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port: wanted, exclusive: true }, () => {
        const address = server.address();
        resolve(typeof address === "object" ? (address?.port ?? wanted) : wanted);
      });
    });
  } catch (error) {
    throw listenFailure(error, host, wanted);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The message for a port that cannot be opened. */
export function listenFailure(error: unknown, host: string, port: number): StartError {
  const other = port < 65_535 ? port + 1 : port - 1;
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} on ${host} is taken by another program. Stop that, or choose another port: PORT=${other} npm start.`,
    EACCES: `Port ${port} may not be opened by this user. Choose one above 1023: PORT=3000 npm start.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one it has, 127.0.0.1 or 0.0.0.0 for instance.`,
    ENOTFOUND: `The name ${host} is not known. Set HOST to an address of this machine, 127.0.0.1 or 0.0.0.0 for instance.`,
  };
  const text = reasons[systemErrorCode(error) ?? ""];
  return new StartError(
    text ?? `Port ${port} on ${host} cannot be opened: ${errorMessage(error)}.`,
    { cause: error },
  );
}

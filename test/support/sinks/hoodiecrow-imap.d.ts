/** The part of the package that is used here; it brings no types of its own. */
declare module "hoodiecrow-imap" {
  import type { Server } from "node:net";

  interface StoredMessage {
    readonly raw: string;
    readonly flags: string[];
  }

  interface ImapServer {
    readonly server: Server;
    readonly storage: Record<string, { messages: StoredMessage[] }>;
    listen(port: number, callback: () => void): void;
    close(callback: () => void): void;
  }

  const createImapServer: (options: {
    readonly plugins: readonly string[];
    readonly users: Readonly<Record<string, { readonly password: string }>>;
    readonly storage: object;
  }) => ImapServer;
  export { createImapServer as default };
}

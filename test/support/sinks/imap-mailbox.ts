import createImapServer from "hoodiecrow-imap";

/** A mail in the mailbox. */
export interface KeptMail {
  readonly raw: string;
  readonly flags: readonly string[];
}

export interface ImapMailbox {
  readonly port: number;
  /** What is in the folder now. */
  readonly mails: () => KeptMail[];
  readonly close: () => Promise<void>;
}

/** Starts an IMAP server on a free port of this machine with one folder, for `bounces` with the password `s3cret`. */
export async function startImapMailbox(
  folder: string,
  raws: readonly Buffer[],
): Promise<ImapMailbox> {
  const messages = raws.map((raw) => ({ raw: raw.toString("latin1") }));
  const server = createImapServer({
    plugins: ["ID", "UIDPLUS", "ENABLE", "SASL-IR", "LITERALPLUS", "NAMESPACE", "UNSELECT"],
    users: { bounces: { password: "s3cret" } },
    storage:
      folder === "INBOX"
        ? { INBOX: { messages } }
        : { INBOX: {}, "": { separator: "/", folders: { [folder]: { messages } } } },
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening on a port");
  return {
    port: address.port,
    mails: () =>
      Object.values(
        folder === "INBOX" ? { INBOX: server.storage["INBOX"] } : server.storage,
      ).flatMap((box) => box?.messages ?? []),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** Which server takes our e-mails, and how it is spoken to. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `implicit` speaks TLS from the first byte, `starttls` insists on the upgrade, `none` never uses TLS. */
  readonly tls: "implicit" | "starttls" | "none";
  readonly auth: { readonly user: string; readonly password: string } | undefined;
  /** Connections of this process at most. */
  readonly connections: number;
  /**
   * Envelope sender of bounces; `{id}` in its local part stands for the left part of the Message-ID (VERP). Undefined:
   * the address in `From`.
   */
  readonly returnPath: string | undefined;
  readonly dkim: DkimKey | undefined;
  /** PEM of an authority trusted instead of the system's. */
  readonly authority?: string;
}

/** A key that signs every e-mail (RFC 6376). */
export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly privateKey: string;
}

import type { Vault } from "../../db/vault.ts";
import type { OpenEndpoint } from "./endpoint.ts";
import type { EndpointRow } from "./queries.ts";

/** Seals a secret of an endpoint; only its row can open it. */
export function sealSecret(
  vault: Pick<Vault, "seal">,
  { tenantId, endpointId }: { readonly tenantId: string; readonly endpointId: string },
  secret: string,
): Buffer {
  return vault.seal(tenantId, `webhook_endpoints.secret/${endpointId}`, secret);
}

/** Opens an endpoint for sending; the secret before is used while it is good. `now` is epoch milliseconds. */
export function openEndpoint(
  vault: Pick<Vault, "open">,
  tenantId: string,
  { row, now }: { readonly row: EndpointRow; readonly now: number },
): OpenEndpoint {
  const open = (sealed: Buffer): string =>
    vault.open(tenantId, `webhook_endpoints.secret/${row.id}`, sealed);
  const isBoth = (row.previous_secret_until?.getTime() ?? 0) > now;
  const previous =
    isBoth && row.previous_secret_encrypted ? [open(row.previous_secret_encrypted)] : [];
  return { id: row.id, url: row.url, secrets: [open(row.secret_encrypted), ...previous] };
}

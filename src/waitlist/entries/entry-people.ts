import { z } from "zod";
import type { SentPeople } from "../../appointments/prepare-booking.ts";
import type { Vault } from "../../db/vault.ts";

const answers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const sealedSchema = z.object({
  booker: z.object({
    name: z.string(),
    email: z.string().optional(),
    phone: z.string().optional(),
    tax_code: z.string().optional(),
    birth_date: z.string().optional(),
  }),
  accompaniedBy: z.object({ name: z.string() }).optional(),
  answers,
  participants: z.array(
    z.object({
      name: z.string().optional(),
      tax_code: z.string().optional(),
      birth_date: z.string().optional(),
      answers: answers.optional(),
    }),
  ),
});

interface Owner {
  readonly tenantId: string;
  readonly id: string;
}

/** Seals who waits, as the booking will need it; only the wish's row can open it. */
export function sealEntryPeople(
  vault: Pick<Vault, "seal">,
  { tenantId, id }: Owner,
  people: SentPeople,
): Buffer {
  return vault.seal(tenantId, labelOf(id), JSON.stringify(people));
}

/** Opens what `sealEntryPeople` made. Throws when the bytes are of another row or tenant. */
export function openEntryPeople(
  vault: Pick<Vault, "open">,
  { tenantId, id }: Owner,
  sealed: Buffer,
): SentPeople {
  return sealedSchema.parse(JSON.parse(vault.open(tenantId, labelOf(id), sealed)));
}

function labelOf(id: string): string {
  return `waitlist_entries.people/${id}`;
}

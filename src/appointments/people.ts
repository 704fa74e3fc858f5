import { z } from "zod";
import type { Vault } from "../db/vault.ts";

const answersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const sealedPeopleSchema = z.object({
  booker: z.object({
    name: z.string(),
    email: z.string().optional(),
    phone: z.string().optional(),
    tax_code: z.string().optional(),
    birth_date: z.string().optional(),
  }),
  accompanied_by: z.object({ name: z.string() }).optional(),
  answers: answersSchema,
});

const sealedParticipantSchema = z.object({
  name: z.string().optional(),
  tax_code: z.string().optional(),
  birth_date: z.string().optional(),
  answers: answersSchema,
});

/** Who books, how to reach them, who comes along, and the answers about the visit. */
export type SealedPeople = z.infer<typeof sealedPeopleSchema>;

/** One participant's own data. */
export type SealedParticipant = z.infer<typeof sealedParticipantSchema>;

interface Owner {
  readonly tenantId: string;
  readonly id: string;
}

/** Seals the people of an appointment; only its row can open them. */
export function sealPeople(vault: Vault, { tenantId, id }: Owner, people: SealedPeople): Buffer {
  return vault.seal(tenantId, `appointments.people/${id}`, JSON.stringify(people));
}

/** Opens what `sealPeople` made. Throws when the bytes are of another row or tenant. */
export function openPeople(vault: Vault, { tenantId, id }: Owner, sealed: Buffer): SealedPeople {
  return sealedPeopleSchema.parse(
    JSON.parse(vault.open(tenantId, `appointments.people/${id}`, sealed)),
  );
}

/** Seals one participant; only its row can open it. */
export function sealParticipant(
  vault: Vault,
  { tenantId, id }: Owner,
  participant: SealedParticipant,
): Buffer {
  return vault.seal(tenantId, `participants.person/${id}`, JSON.stringify(participant));
}

/** Opens what `sealParticipant` made. Throws when the bytes are of another row or tenant. */
export function openParticipant(
  vault: Vault,
  { tenantId, id }: Owner,
  sealed: Buffer,
): SealedParticipant {
  return sealedParticipantSchema.parse(
    JSON.parse(vault.open(tenantId, `participants.person/${id}`, sealed)),
  );
}

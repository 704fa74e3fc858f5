import { idOf, type Row } from "./row.ts";

const [tenant_id, site, service, appointment] = [1, 2, 3, 8].map(idOf);

const entry: Row = {
  tenant_id,
  id: idOf(30),
  service_ids: [service],
  site_ids: [site],
  from_on: "2027-03-01",
  to_on: "2027-03-02",
  weekdays: [1, 2],
  from_time: "08:00",
  to_time: "24:00",
  party_size: 1,
  channel: "web",
  language: "it",
  has_email: true,
  has_phone: false,
  person_hash: Buffer.alloc(32, 7),
  token_kid: "k1",
};
const place: Row = {
  tenant_id,
  id: idOf(31),
  site_id: site,
  service_ids: [service],
  party_size: 1,
  channel: "web",
  starts_at: "2027-03-01T08:00:00Z",
  ends_at: "2027-03-01T08:30:00Z",
  legs: "[]",
  answer_by: "2027-02-28T08:00:00Z",
};
const offer: Row = {
  tenant_id,
  id: idOf(32),
  place_id: idOf(31),
  entry_id: idOf(30),
  way: "email",
};

/** Valid rows of the waitlist's tables, beside those of `valid-rows.ts`. */
export const waitlistRows: readonly (readonly [table: string, row: Row])[] = [
  [
    "waitlist_settings",
    {
      tenant_id,
      service_id: service,
      is_on: true,
      people_per_place: 1,
      answer_minutes: 720,
      lapses_max: 2,
    },
  ],
  ["waitlist_entries", { ...entry, id: idOf(35), person_hash: null }],
  ["waitlist_entries", entry],
  ["waitlist_places", { ...place, id: idOf(33) }],
  ["waitlist_places", place],
  [
    "waitlist_offers",
    {
      ...offer,
      id: idOf(36),
      place_id: idOf(33),
      entry_id: idOf(35),
      status: "accepted",
      appointment_id: appointment,
      ended_at: "2027-02-27T08:00:00Z",
    },
  ],
  ["waitlist_offers", offer],
];

/** One valid row of each table of what is closed at once. */
export function urgentRows(names: {
  readonly tenant_id: string | undefined;
  readonly site: string | undefined;
  readonly service: string | undefined;
  readonly resource: string | undefined;
  readonly appointment: string | undefined;
}): readonly (readonly [table: string, row: Readonly<Record<string, unknown>>])[] {
  const { tenant_id, site, service, resource, appointment } = names;
  const times = { starts_at: "2027-03-01T08:00:00Z", ends_at: "2027-03-01T08:30:00Z" };
  const urgent = "00000000-0000-7000-8000-000000000040";
  return [
    [
      "service_suspensions",
      { tenant_id, id: urgent, service_id: service, site_id: site, ...times },
    ],
    [
      "early_accesses",
      {
        tenant_id,
        owner_id: urgent,
        service_id: service,
        site_id: site,
        ...times,
        public_at: times.starts_at,
      },
    ],
    [
      "urgent_closures",
      {
        ...times,
        tenant_id,
        id: urgent,
        site_id: site,
        resource_ids: [resource],
        is_suspension: true,
        on_the_way_minutes: 30,
        reason: { it: "Vento" },
        numbers: {},
        digest: Buffer.alloc(32, 7),
        expires_at: times.starts_at,
      },
    ],
    [
      "urgent_closure_visits",
      {
        tenant_id,
        closure_id: urgent,
        appointment_id: appointment,
        starts_at: times.starts_at,
        place: "lost",
      },
    ],
  ];
}

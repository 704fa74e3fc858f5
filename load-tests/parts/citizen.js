/** Somebody whom nobody else is: names, addresses and numbers differ. */
export function person() {
  const number = String(Math.floor(Math.random() * 1e8)).padStart(8, "0");
  return {
    name: `Ada Rossi${number}`,
    email: `ada.${number}@example.org`,
    phone: `+39 06 ${number}`,
  };
}

/** A citizen's wish for one place. */
export function visit(town, site, startsAt) {
  return { services: [town.serviceCode], site, starts_at: startsAt };
}

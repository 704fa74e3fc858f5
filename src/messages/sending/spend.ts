/** An SMS and what it would cost. */
export interface Charge {
  readonly id: string;
  readonly parts: number;
  readonly micros: number;
}

/** What is left of a day's money. */
export interface Purse {
  readonly spentMicros: number;
  /** Null: as much as it takes. */
  readonly ceilingMicros: number | null;
}

/** Divides messages, in their order, into those that the money left pays for and those that it does not. Pure. */
export function payFor(
  purse: Purse,
  charges: readonly Charge[],
): { readonly paid: readonly Charge[]; readonly unpaid: readonly Charge[] } {
  let spent = purse.spentMicros;
  const paid: Charge[] = [];
  const unpaid: Charge[] = [];
  for (const charge of charges) {
    const isPaid = purse.ceilingMicros === null || spent + charge.micros <= purse.ceilingMicros;
    if (isPaid) spent += charge.micros;
    (isPaid ? paid : unpaid).push(charge);
  }
  return { paid, unpaid };
}

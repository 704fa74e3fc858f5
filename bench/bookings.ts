import type { Bench } from "./bench.ts";
import { measureBookingRatio } from "./booking-ratio.ts";

export const bookings: Bench = {
  name: "bookings",
  question: "bookings over HTTP on 3,000 slots ÷ the same rows written directly, one at a time",
  target: 1.25,
  run: async (world) => measureBookingRatio(world, (await world.stage()).town.plain),
};

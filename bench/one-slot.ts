import type { Bench } from "./bench.ts";
import { measureBookingRatio } from "./booking-ratio.ts";

export const oneSlot: Bench = {
  name: "one-slot",
  question: "bookings over HTTP, all of one slot ÷ the same rows written directly, one at a time",
  target: 2.5,
  run: async (world) => measureBookingRatio(world, (await world.stage()).town.hot),
};

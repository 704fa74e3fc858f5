import type { World } from "./world.ts";

/** What one bench found: a ratio per pair (or run), and what else is worth saying. */
export interface Outcome {
  readonly ratios: readonly number[];
  readonly notes: readonly string[];
}

/** One question about speed, asked as a ratio so that the answer does not depend on the machine. */
export interface Bench {
  readonly name: string;
  /** What is divided by what. */
  readonly question: string;
  /** The median ratio that is wanted at least; null where the figure only informs. */
  readonly target: number | null;
  readonly run: (world: World) => Promise<Outcome>;
}

/** A bench's answer as it is printed and written. */
export interface Result {
  readonly name: string;
  /** The median. */
  readonly ratio: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly target: number | null;
}

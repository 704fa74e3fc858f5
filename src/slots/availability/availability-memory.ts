import type { Database } from "../../db/database.ts";
import { type AnswerCache, createAnswerCache } from "./answer-cache.ts";
import { createDayJudge, type DayJudge } from "./judge-day.ts";
import { createRecall, type Recall } from "./recall.ts";
import { createLookout, type Lookout, type LookoutOptions } from "./lookout.ts";

/** What a process remembers of free times; none of it is older than a second when it is given out. */
export interface AvailabilityMemory {
  readonly lookout: Lookout;
  readonly judge: DayJudge;
  readonly recall: Recall;
  readonly answers: AnswerCache;
}

/** Makes the memory of a process. */
export function createAvailabilityMemory(
  db: Database,
  options: LookoutOptions = {},
): AvailabilityMemory {
  return {
    lookout: createLookout(db, options),
    judge: createDayJudge(),
    recall: createRecall(),
    answers: createAnswerCache(),
  };
}

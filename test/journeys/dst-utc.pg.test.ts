import { walkThroughClockChanges } from "./dst-walk.ts";

walkThroughClockChanges("UTC");

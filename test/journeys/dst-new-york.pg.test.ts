import { walkThroughClockChanges } from "./dst-walk.ts";

walkThroughClockChanges("America/New_York");

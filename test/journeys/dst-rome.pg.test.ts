import { walkThroughClockChanges } from "./dst-walk.ts";

walkThroughClockChanges("Europe/Rome");

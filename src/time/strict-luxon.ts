/**
 * luxon with its silent failures switched off: invalid input throws instead of yielding NaN. An unknown zone
 * still does not throw in luxon; `isTimeZone` and `offsetMsAt` check it. Import luxon from here, never from
 * the package.
 */
import { IANAZone, Settings } from "luxon";

declare module "luxon" {
  interface TSSettings {
    throwOnInvalid: true;
  }
}

Settings.throwOnInvalid = true;

export { IANAZone };

import fc from "fast-check";

/**
 * Property tests draw a new seed in every run, unless PROPERTY_SEED states one: then a run can be repeated, and what
 * a build decides does not depend on luck. A seed that fails is printed by the test.
 */
const stated = process.env["PROPERTY_SEED"];
if (stated !== undefined && stated !== "") {
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(stated) });
}

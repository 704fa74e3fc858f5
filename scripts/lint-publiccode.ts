/**
 * Checks publiccode.yml against the core of version 0.5 of the standard
 * (https://yml.publiccode.tools): keys, enumerations, lengths. Not checked: whether addresses answer.
 */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const language = z.string().regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/);
const country = z.string().regex(/^[a-z]{2}$/);
const address = z.url({ protocol: /^https?$/ });

/** The part of the standard's vocabulary that an appointment service may use. */
const category = z.enum([
  "appointment-scheduling",
  "call-center-management",
  "customer-service-and-support",
  "digital-citizenship",
  "event-management",
  "facility-management",
  "online-booking",
  "resource-management",
  "service-desk",
  "time-management",
  "visitor-management",
  "workflow-management",
]);
const scope = z.enum([
  "local-authorities",
  "society",
  "sport",
  "environment",
  "welfare",
  "healthcare",
]);

const contact = z.strictObject({
  name: z.string().min(1),
  email: z.email().optional(),
  phone: z.string().optional(),
  affiliation: z.string().optional(),
});
const contractor = z.strictObject({
  name: z.string().min(1),
  until: z.iso.date(),
  email: z.email().optional(),
  website: address.optional(),
});
const dependency = z.strictObject({
  name: z.string().min(1),
  version: z.string().optional(),
  versionMin: z.string().optional(),
  versionMax: z.string().optional(),
  optional: z.boolean().optional(),
});
const description = z.strictObject({
  localisedName: z.string().optional(),
  shortDescription: z.string().min(1).max(150),
  longDescription: z.string().min(150).max(10_000),
  documentation: address.optional(),
  apiDocumentation: address.optional(),
  features: z.array(z.string().min(1)).min(1),
  screenshots: z.array(z.string()).optional(),
  videos: z.array(address).optional(),
  awards: z.array(z.string()).optional(),
});
const maintenance = z
  .strictObject({
    type: z.enum(["internal", "contract", "community", "none"]),
    contractors: z.array(contractor).min(1).optional(),
    contacts: z.array(contact).min(1).optional(),
  })
  .refine(({ type, contractors }) => type !== "contract" || contractors !== undefined, {
    error: "contract needs contractors",
  })
  .refine(
    ({ type, contacts }) => !["internal", "community"].includes(type) || contacts !== undefined,
    { error: "internal and community need contacts" },
  );

const publiccode = z.strictObject({
  publiccodeYmlVersion: z.literal("0.5"),
  name: z.string().min(1),
  applicationSuite: z.string().optional(),
  url: address,
  landingURL: address.optional(),
  isBasedOn: z.union([z.string(), z.array(z.string())]).optional(),
  organizationUri: z.string().optional(),
  softwareVersion: z.string().optional(),
  releaseDate: z.iso.date().optional(),
  logo: z.string().optional(),
  platforms: z.array(z.string()).min(1),
  categories: z.array(category).min(1),
  usedBy: z.array(z.string()).optional(),
  roadmap: address.optional(),
  developmentStatus: z.enum(["concept", "development", "beta", "stable", "obsolete"]),
  softwareType: z.enum(["standalone/web", "standalone/backend"]),
  intendedAudience: z
    .strictObject({
      countries: z.array(country).optional(),
      unsupportedCountries: z.array(country).optional(),
      scope: z.array(scope).optional(),
    })
    .optional(),
  description: z.record(language, description),
  legal: z.strictObject({
    license: z.literal("EUPL-1.2"),
    mainCopyrightOwner: z.string().optional(),
    repoOwner: z.string().optional(),
  }),
  maintenance,
  localisation: z.strictObject({
    localisationReady: z.boolean(),
    availableLanguages: z.array(language).min(1),
  }),
  dependsOn: z
    .strictObject({
      open: z.array(dependency).optional(),
      proprietary: z.array(dependency).optional(),
      hardware: z.array(dependency).optional(),
    })
    .optional(),
});

const result = publiccode.safeParse(
  parse(readFileSync("publiccode.yml", "utf8"), { version: "1.2" }),
);
console.log(result.success ? "publiccode.yml keeps version 0.5" : z.prettifyError(result.error));
process.exitCode = result.success ? 0 : 1;

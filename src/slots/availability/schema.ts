import { z } from "@hono/zod-openapi";
import { channels } from "../../context.ts";
import { queryInteger } from "../../http/request-schema.ts";
import { idOrCode, uuid } from "../../http/text-schema.ts";
import { instantText, localDate, localTime } from "../../http/time-schema.ts";
import { daysDefault, daysMax, dayStatuses, nextStartsMax } from "./availability.ts";

const servicesMax = 5;
const partySizeMax = 100;
const nextStartsDefault = 5;

const serviceNames = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((text) => text.split(",")))
  .pipe(z.array(idOrCode).min(1).max(servicesMax))
  .refine((names) => new Set(names).size === names.length, "must not name a service twice")
  .openapi({
    type: "array",
    items: { type: "string" },
    minItems: 1,
    maxItems: servicesMax,
    description: "Ids or codes in the order of the visit: repeated, or separated by commas.",
    example: ["carta-identita"],
  });

const wishShape = {
  service: serviceNames,
  site: idOrCode.optional().openapi({
    description: "Id or code; any site unless said.",
    example: "municipio",
  }),
  party_size: queryInteger({ min: 1, max: partySizeMax })
    .default(1)
    .openapi({ type: "integer", minimum: 1, maximum: partySizeMax, default: 1 }),
  channel: z
    .enum(channels)
    .optional()
    .openapi({ description: "Stated by staff; `web` for everybody else." }),
};

export const availabilityQuery = z.strictObject({
  ...wishShape,
  from: localDate
    .optional()
    .openapi({ description: "First date at the sites; today unless said." }),
  to: localDate.optional().openapi({
    description: `Last date at the sites: ${daysDefault} days in all unless said, at most ${daysMax}.`,
  }),
});

export const nextStartsQuery = z.strictObject({
  ...wishShape,
  limit: queryInteger({ min: 1, max: nextStartsMax })
    .default(nextStartsDefault)
    .openapi({ type: "integer", minimum: 1, maximum: nextStartsMax, default: nextStartsDefault }),
});

const startShape = {
  starts_at: instantText.openapi({ description: "Send it as it is to hold or book this start." }),
  local_time: localTime.openapi({ description: "The same on the site's clock." }),
  places: z.int().min(1).openapi({
    description: "Visits of this kind that fit: exact when 1, otherwise at least so many.",
  }),
};

const siteDateShape = {
  site_id: uuid,
  date: localDate.openapi({ description: "Date at the site." }),
  time_zone: z.string().openapi({ description: "IANA zone of the site.", example: "Europe/Rome" }),
};

export const availabilitySchema = z
  .strictObject({
    days: z.array(
      z.strictObject({
        ...siteDateShape,
        status: z.enum(dayStatuses).openapi({
          description:
            "`open` has starts. Otherwise why it has none: its times are published later, all are taken, too near or " +
            "past, without appointments, not decided yet, or there are none.",
        }),
        published_at: instantText.nullable().openapi({
          description:
            "From when the next of its times can be booked; null when none waits for that.",
        }),
        starts: z.array(z.strictObject(startShape)),
      }),
    ),
  })
  .openapi("Availability");

export const nextStartsSchema = z
  .strictObject({
    starts: z
      .array(z.strictObject({ ...siteDateShape, ...startShape }))
      .openapi({ description: "The earliest first." }),
    next_publication_at: instantText.nullable().openapi({
      description: "When nothing is free: from when new times can be booked, if some are planned.",
    }),
  })
  .openapi("NextStarts");

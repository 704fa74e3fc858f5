/** What the parts of a service must not say about each other. */
import type { CustomField } from "../answers.ts";
import {
  CONDITION_PARTS_MAX,
  type Condition,
  countConditionParts,
  fieldConditionsOf,
} from "../condition.ts";
import type { Fault } from "../errors.ts";
import type { ServiceFacts } from "./service.ts";

/** Everything that contradicts itself in a service; empty when it can be stored. */
export function faultsOfService(service: ServiceFacts): Fault[] {
  return [
    ...repeatedCodes("fields", service.fields),
    ...repeatedCodes("documents", service.documents),
    ...repeatedCodes("fees", service.fees),
    ...service.fields.flatMap((field, index) => faultsOfField(service.fields, field, index)),
    ...faultsOfConditions("documents", service.documents, service.fields),
    ...faultsOfConditions("fees", service.fees, service.fields),
    ...faultsOfEligibility(service),
    ...faultsOfPortions(service),
    ...faultsOfWeekdays(service),
    ...faultsOfNumbers(service),
  ];
}

/** Whether a field can name a person or household: asked once per booking, always answered, as text or number. */
export function isKeyField(field: CustomField): boolean {
  const isNaming = field.type === "text" || field.type === "number";
  return field.scope === "booking" && field.is_required && !field.when && isNaming;
}

function repeatedCodes(path: string, entries: readonly { readonly code: string }[]): Fault[] {
  const seen = new Set<string>();
  return entries.flatMap(({ code }, index) => {
    if (!seen.has(code)) {
      seen.add(code);
      return [];
    }
    return [{ path: `${path}.${index}.code`, message: `The code ${code} is used twice.` }];
  });
}

function faultsOfField(fields: readonly CustomField[], field: CustomField, index: number): Fault[] {
  const path = `fields.${index}`;
  const earlier = fields
    .slice(0, index)
    .filter((other) => field.scope === "participant" || other.scope === "booking");
  const faults: Fault[] = field.when ? faultsOfCondition(`${path}.when`, field.when, earlier) : [];
  if ((field.type === "choice") !== (field.choices !== undefined)) {
    faults.push({
      path: `${path}.choices`,
      message: "Choices belong to fields of type choice, and to all of them.",
    });
  }
  if (field.type !== "number" && (field.min !== undefined || field.max !== undefined)) {
    faults.push({ path: `${path}.min`, message: "Only numbers have min and max." });
  }
  if (field.min !== undefined && field.max !== undefined && field.min > field.max) {
    faults.push({ path: `${path}.max`, message: "max is below min." });
  }
  if (field.type !== "text" && field.max_length !== undefined) {
    faults.push({ path: `${path}.max_length`, message: "Only texts have max_length." });
  }
  if (field.type !== "date" && field.days_after_visit_max !== undefined) {
    faults.push({
      path: `${path}.days_after_visit_max`,
      message: "Only dates have days_after_visit_max.",
    });
  }
  return [...faults, ...repeatedCodes(`${path}.choices`, field.choices ?? [])];
}

function faultsOfConditions(
  path: string,
  entries: readonly { readonly when?: Condition | undefined }[],
  fields: readonly CustomField[],
): Fault[] {
  return entries.flatMap(({ when }, index) =>
    when ? faultsOfCondition(`${path}.${index}.when`, when, fields) : [],
  );
}

function faultsOfCondition(
  path: string,
  condition: Condition,
  fields: readonly CustomField[],
): Fault[] {
  if (countConditionParts(condition) > CONDITION_PARTS_MAX) {
    return [{ path, message: `A condition has at most ${CONDITION_PARTS_MAX} parts.` }];
  }
  return fieldConditionsOf(condition).flatMap(({ field: code, equals }) => {
    const field = fields.find((candidate) => candidate.code === code);
    if (!field) {
      return [{ path, message: `No field ${code} comes earlier and is visible here.` }];
    }
    return canEqual(field, equals)
      ? []
      : [{ path, message: `The field ${code} can never have the answer ${String(equals)}.` }];
  });
}

function canEqual(field: CustomField, value: string | number | boolean): boolean {
  switch (field.type) {
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number";
    case "choice":
      return field.choices?.some((choice) => choice.code === value) ?? false;
    case "text":
    case "date":
      return typeof value === "string";
  }
}

function faultsOfEligibility(service: ServiceFacts): Fault[] {
  const { eligibility_list_id: listId, eligibility_field: code, fields } = service;
  if ((listId === null) !== (code === null)) {
    return [
      { path: "eligibility_field", message: "A list and the field to look up belong together." },
    ];
  }
  if (code === null || fields.some((field) => field.code === code && isKeyField(field))) return [];
  const message = "It must be the code of a required, unconditional text or number of the booking.";
  return [{ path: "eligibility_field", message }];
}

function faultsOfPortions({ publication_portions: dealt, horizon_days }: ServiceFacts): Fault[] {
  if (!dealt) return [];
  const path = "publication_portions";
  const faults: Fault[] = [];
  if (dealt.pattern.some((portion) => portion >= dealt.portions.length)) {
    faults.push({
      path: `${path}.pattern`,
      message: "The pattern names a portion that is not listed.",
    });
  }
  if (dealt.portions.some((portion) => portion.horizon_days > horizon_days)) {
    faults.push({
      path: `${path}.portions`,
      message: "No portion is published earlier than horizon_days.",
    });
  }
  return faults;
}

function faultsOfWeekdays({ valid_until_rules: rules }: ServiceFacts): Fault[] {
  const weekdays = rules.flatMap((rule) => rule.weekdays);
  return new Set(weekdays).size === weekdays.length
    ? []
    : [{ path: "valid_until_rules", message: "A weekday has at most one time." }];
}

function faultsOfNumbers(service: ServiceFacts): Fault[] {
  const faults: Fault[] = [];
  if (service.cool_down_seconds > 0 && !service.is_scarce) {
    faults.push({ path: "cool_down_seconds", message: "Only scarce services have a cool-down." });
  }
  if (new Set(service.roles).size !== service.roles.length) {
    faults.push({ path: "roles", message: "A role is named twice." });
  }
  return faults;
}

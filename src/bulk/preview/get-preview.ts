import type { Deps, Language, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { findTemplate } from "../../messages/content/content.ts";
import { smsPartsMax } from "../../messages/content/sms/parts-max.ts";
import type { Compose } from "../../messages/sending/composition.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { defaultPolicy } from "../../reminders/policy/message-policy.ts";
import { listPoliciesFor } from "../../reminders/policy/queries.ts";
import { textFor } from "../../reminders/writing/text-for.ts";
import type { OperationRow, PeopleGroup } from "../operation.ts";
import { listTexts } from "../queries.ts";
import { getOperationIn } from "../seen/get-operation.ts";
import { messageKindOf } from "./preview-operation.ts";
import { addReaches, reachCounts, type ReachCounts } from "./reach-counts.ts";
import { type SampleMessage, writeSamples } from "./write-samples.ts";

/** What will be said, to how many, and what it may cost. */
export interface BulkPreview {
  readonly operation: OperationRow;
  readonly texts: Readonly<Partial<Record<Language, string>>>;
  readonly reach: ReachCounts;
  /** Parts of SMS that can come together, and what they cost (millionths of the currency). */
  readonly smsPartsMax: number;
  readonly costMicrosMax: number;
  /** The language of the text that people of each language get; null where there is no text. */
  readonly languages: readonly {
    readonly language: Language;
    readonly text_language: Language | null;
    readonly count: number;
  }[];
  readonly samples: readonly SampleMessage[];
}

/** Shows what an operation would do and say. Nothing is sent. Throws `not-found`. */
export async function getPreview(
  deps: Pick<Deps, "db"> & { readonly compose: Compose },
  { tenant, signal }: RequestContext,
  id: string,
): Promise<BulkPreview> {
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const operation = await getOperationIn(trx, tenant.id, id);
      const texts = await listTexts(trx, tenant.id, id);
      const settings = await findSettings(trx, tenant.id);
      const reaches = await countReaches(trx, tenant.id, { operation, settings });
      const parts = await boundParts(trx, tenant.id, { operation, reaches, texts });
      return {
        operation,
        texts,
        reach: addReaches(reaches.map((one) => one.reach)),
        smsPartsMax: parts,
        costMicrosMax: parts * settings.sms_price_micros,
        languages: languagesOf(operation.counts.people, { texts, tenant }),
        samples: await writeSamples(trx, deps, { tenant, operation }),
      };
    },
    { isReadOnly: true, signal },
  );
}

interface GroupReach {
  readonly group: PeopleGroup;
  readonly reach: ReachCounts;
}

async function countReaches(
  trx: Trx,
  tenantId: string,
  { operation, settings }: { operation: OperationRow; settings: MessageSettings },
): Promise<GroupReach[]> {
  const { people } = operation.counts;
  const serviceIds = [...new Set(people.map((group) => group.service_id))];
  const policies = await listPoliciesFor(trx, tenantId, serviceIds);
  const byService = new Map(policies.map((policy) => [policy.service_id ?? "", policy.rules]));
  return people.map((group) => {
    const policy = byService.get(group.service_id) ?? byService.get("") ?? defaultPolicy;
    const choice = policy.notices.channels;
    return { group, reach: reachCounts(group, { choice, isSmsOn: settings.is_sms_on }) };
  });
}

async function boundParts(
  trx: Trx,
  tenantId: string,
  given: {
    readonly operation: OperationRow;
    readonly reaches: readonly GroupReach[];
    readonly texts: BulkPreview["texts"];
  },
): Promise<number> {
  const { operation, reaches, texts } = given;
  const hasNotice = Object.keys(texts).length > 0;
  let sum = 0;
  for (const { group, reach } of reaches) {
    if (reach.smsMax === 0) continue;
    const template = await findTemplate(trx, tenantId, {
      kind: messageKindOf(operation),
      channel: "sms",
      language: group.language,
      serviceIds: [group.service_id],
    });
    if (template.channel === "sms") sum += reach.smsMax * smsPartsMax(template, { hasNotice });
  }
  return sum;
}

function languagesOf(
  people: readonly PeopleGroup[],
  { texts, tenant }: { texts: BulkPreview["texts"]; tenant: RequestContext["tenant"] },
): BulkPreview["languages"] {
  const named: Partial<Record<Language, string>> = Object.fromEntries(
    Object.keys(texts).map((language) => [language, language]),
  );
  const groups = Map.groupBy(people, (group) => group.language);
  return [...groups].map(([language, same]) => {
    const found = textFor(named, { language, defaultLanguage: tenant.defaultLanguage });
    return {
      language,
      text_language: tenant.languages.find((one) => one === found) ?? languageNamed(found),
      count: same.reduce((sum, group) => sum + group.count, 0),
    };
  });
}

function languageNamed(text: string | undefined): Language | null {
  return text === "it" || text === "de" || text === "fr" || text === "en" ? text : null;
}

import type { Deps, RequestContext } from "../../context.ts";
import {
  countTasksToDo,
  peekTask,
  type TaskCount,
  type TaskPlace,
} from "../../messages/phone-tasks/queries.ts";

/** How many calls are to be made now, by the operation that causes them. */
export async function countPhoneTasks(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
): Promise<TaskCount[]> {
  return db.inTenant(tenant.id, (trx) => countTasksToDo(trx, tenant.id), {
    isReadOnly: true,
    signal,
  });
}

/** The first call that nobody has, without taking it; undefined when there is none. */
export async function peekPhoneTask(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { operationId }: { readonly operationId?: string | undefined },
): Promise<TaskPlace | undefined> {
  return db.inTenant(tenant.id, (trx) => peekTask(trx, tenant.id, operationId), {
    isReadOnly: true,
    signal,
  });
}

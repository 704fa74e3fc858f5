import { randomBytes } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import { appointmentProblems } from "./appointments/errors.ts";
import type { MessagePlanner } from "./appointments/batch/booked-visit.ts";
import { type Book, createBooking } from "./appointments/batch/book-in-batches.ts";
import { appointmentRoutes } from "./appointments/routes.ts";
import { bulkProblems } from "./bulk/errors.ts";
import { rebookingRoutes } from "./bulk/rebooking/routes.ts";
import { bulkRoutes } from "./bulk/routes.ts";
import { todayRoutes } from "./bulk/today/routes.ts";
import { catalogProblems } from "./catalog/errors.ts";
import { catalogRoutes } from "./catalog/routes.ts";
import { conflictRoutes } from "./appointments/conflicts/routes.ts";
import type { Deps } from "./context.ts";
import { createVault } from "./db/vault.ts";
import type { AppDeps } from "./deps.ts";
import { sharedProblems } from "./errors.ts";
import { auditRoutes } from "./events/routes.ts";
import type { AppEnv } from "./http/app-env.ts";
import { checkTarget } from "./http/check-target.ts";
import { crossOrigin } from "./http/cross-origin.ts";
import { closeWhenDraining } from "./http/close-when-draining.ts";
import { describeApi } from "./http/describe-api.ts";
import type { FrontAnswers } from "./http/front-answers.ts";
import { handleError, handleNotFound } from "./http/handle-error.ts";
import { idempotencyProblems } from "./http/idempotency.ts";
import { observeRequest } from "./http/observe-request.ts";
import { operationsRoutes } from "./http/operations-routes.ts";
import { problemPages } from "./http/problem-pages.ts";
import { type HttpProblemType, httpProblems } from "./http/problem-types.ts";
import { readBody } from "./http/read-body.ts";
import { referencePage } from "./http/reference-layout.ts";
import { type OpenApiDocument, referenceContent } from "./http/reference-page.ts";
import { requestDeadline } from "./http/request-deadline.ts";
import { requestId } from "./http/request-id.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { tenantContext } from "./http/tenant-context.ts";
import { createAuthenticator } from "./identity/authenticate.ts";
import { identityProblems } from "./identity/errors.ts";
import { createTenantFinder } from "./identity/find-tenant.ts";
import { identityRoutes } from "./identity/routes.ts";
import { messageContentProblems } from "./messages/content/errors.ts";
import { type CallbackOptions, callbackRoutes } from "./messages/transports/routes.ts";
import { messageContentRoutes } from "./messages/content/routes.ts";
import { messageProblems } from "./messages/errors.ts";
import { messageRoutes } from "./messages/routes.ts";
import { reminderProblems } from "./reminders/errors.ts";
import { reminderRoutes } from "./reminders/routes.ts";
import { availabilityRoutes } from "./slots/availability/routes.ts";
import { schedulingProblems } from "./scheduling/errors.ts";
import { proposalProblems } from "./scheduling/proposals/errors.ts";
import { schedulingRoutes } from "./scheduling/routes.ts";
import { slotProblems } from "./slots/errors.ts";
import { createHolding, type KeepTime } from "./slots/holds/hold-in-batches.ts";
import { holdRoutes } from "./slots/holds/routes.ts";
import { createLogger } from "./telemetry/logger.ts";
import { createMetrics } from "./telemetry/metrics.ts";
import { waitlistProblems } from "./waitlist/errors.ts";
import { waitlistRoutes } from "./waitlist/routes.ts";
import { webPages } from "./web/routes.ts";

/** What routes use beside the dependencies: one gatherer each per process, shared with the pages. */
interface SliceTools {
  readonly publicUrl: string;
  readonly book: Book;
  readonly keepTime: KeepTime;
  readonly front?: FrontAnswers | undefined;
}

/** The routes of every slice, all under `/v1/{tenant}`. */
const slices: readonly ((deps: Deps, tools: SliceTools) => OpenAPIHono<AppEnv>)[] = [
  identityRoutes,
  catalogRoutes,
  messageContentRoutes,
  messageRoutes,
  auditRoutes,
  schedulingRoutes,
  availabilityRoutes,
  holdRoutes,
  // Before the routes of one appointment, which would read its path as an id.
  conflictRoutes,
  appointmentRoutes,
  reminderRoutes,
  bulkRoutes,
  waitlistRoutes,
  todayRoutes,
  rebookingRoutes,
];

/** Every refusal there is; each has a page under `/problems/`. */
const problems: readonly HttpProblemType[] = [
  ...sharedProblems,
  ...httpProblems,
  ...idempotencyProblems,
  ...identityProblems,
  ...catalogProblems,
  ...messageContentProblems,
  ...messageProblems,
  ...schedulingProblems,
  ...proposalProblems,
  ...slotProblems,
  ...appointmentProblems,
  ...reminderProblems,
  ...bulkProblems,
  ...waitlistProblems,
];

/** What operations are grouped by in the reference, in this order. */
const tags = [
  { name: "tenant", description: "The administration itself." },
  {
    name: "api keys",
    description: "Secret keys of staff and systems, publishable keys of widgets.",
  },
  { name: "sites", description: "Places with an address." },
  { name: "services", description: "What citizens come for." },
  { name: "service limits", description: "How often a person or household may book." },
  { name: "resources", description: "Desks, lanes, bays, rooms and officers." },
  { name: "eligibility lists", description: "Who may book a service that asks for it." },
  { name: "invitations", description: "Codes that open a service by invitation." },
  { name: "local holidays", description: "Patron saints and other local days off." },
  { name: "openings", description: "When resources are open: by a rule, or on extra days." },
  { name: "closures", description: "Dated absences, and copying a year's exceptions." },
  { name: "day marks", description: "Days that are walk-in only, undecided or bookable." },
  {
    name: "schedule proposals",
    description: "What changes would do, seen beforehand and then applied or dropped.",
  },
  { name: "holidays", description: "What a site keeps as holidays, and why." },
  { name: "booking", description: "Free times and holds." },
  { name: "appointments", description: "Booked visits." },
  { name: "bulk operations", description: "One thing done to many appointments." },
  { name: "waitlist", description: "Wishes for a place, and the places they are offered." },
  { name: "urgent closures", description: "Something closed today, and whom it hits." },
  { name: "messages", description: "What was and will be sent, and how sending stands." },
  { name: "message policies", description: "Which messages services send when." },
  { name: "phone tasks", description: "Notices that operators make by telephone." },
  { name: "webhooks", description: "Systems that are told of what happens to appointments." },
  { name: "message templates", description: "What messages say, per kind, channel and language." },
  { name: "audit", description: "Who did what to what, when and why, in a hash chain." },
  { name: "operation", description: "For those who run the service." },
];

export interface AppOptions {
  /** Where the service is reached, without a slash at its end. */
  readonly publicUrl: string;
  /** Whether the process is about to stop. */
  readonly isDraining?: () => boolean;
  /** Whether what would be sent can be read at `/dev/mailbox`. Not unless said. */
  readonly hasMailbox?: boolean;
  /** How long a request may take before its transaction is no longer committed. Default 10 s. */
  readonly deadlineMs?: number;
  /** Where answers that everybody gets are kept in front of the app. */
  readonly front?: FrontAnswers | undefined;
  /** Plans the messages of bookings with them, where the process knows its channels; else the worker does. */
  readonly planner?: MessagePlanner | undefined;
  /** What reports of providers are checked against; none are taken unless said. */
  readonly callbacks?: CallbackOptions;
}

type AppParts = Pick<AppDeps, "db" | "vault" | "log" | "metrics"> &
  Partial<Pick<AppDeps, "availability">>;

/** Makes the whole HTTP side: operations, reference, API and pages. */
export function createApp(deps: AppParts, options: AppOptions): OpenAPIHono<AppEnv> {
  const { publicUrl, isDraining = () => false, deadlineMs = 10_000 } = options;
  const app = new OpenAPIHono<AppEnv>();
  app.onError(handleError({ publicUrl, log: deps.log }));
  app.notFound(handleNotFound(app, { publicUrl }));
  app.use(requestId(), observeRequest(deps), closeWhenDraining(isDraining));
  app.use(securityHeaders({ isHttps: publicUrl.startsWith("https:") }));
  app.use(requestDeadline(deadlineMs), checkTarget());
  app.route("/", operationsRoutes({ ...deps, isDraining }));
  mountReference(app, publicUrl);
  if (options.callbacks) app.route("/", callbackRoutes(options.callbacks));
  app.use(readBody());
  const whoIsAsking = identifyCallers(deps);
  const tools = {
    publicUrl,
    book: createBooking(deps, options.planner),
    keepTime: createHolding(deps),
    front: options.front,
  };
  mountApi(app, deps, { ...tools, whoIsAsking });
  const onFault = (err: unknown, requestId: string): void =>
    deps.log.error({ err, request_id: requestId }, "A page failed through a fault of ours");
  app.route(
    "/",
    webPages({
      ...deps,
      ...whoIsAsking,
      ...tools,
      onFault,
      hasMailbox: options.hasMailbox ?? false,
    }),
  );
  return app;
}

function identifyCallers(deps: AppParts) {
  const onFault = (err: unknown): void => deps.log.warn({ err }, "The use of a key was not noted");
  return {
    findTenant: createTenantFinder(deps),
    authenticate: createAuthenticator({ ...deps, onFault }),
  };
}

function mountApi(
  app: OpenAPIHono<AppEnv>,
  deps: AppParts,
  tools: SliceTools & { whoIsAsking: ReturnType<typeof identifyCallers> },
): void {
  const base = "/v1/:tenant";
  app.use(`${base}/*`, crossOrigin());
  app.use(`${base}/*`, tenantContext(tools.whoIsAsking));
  for (const routesOf of slices) app.route(base, routesOf(deps, tools));
}

function mountReference(app: OpenAPIHono<AppEnv>, publicUrl: string): void {
  let document: OpenApiDocument | undefined;
  const describe = (): OpenApiDocument => (document ??= describeApi(app, { publicUrl, tags }));
  app.get("/openapi.json", (c) => {
    c.header("Access-Control-Allow-Origin", "*");
    return c.json(describe());
  });
  app.get("/docs", (c) => referencePage(c, describe().info.title, referenceContent(describe())));
  app.route("/problems", problemPages(problems));
}

/** The document without a running service, for the committed `openapi.json`. */
export function openApiDocument(): OpenApiDocument {
  const absent = (): never => {
    throw new Error("Nothing is served while the document is written");
  };
  const app = createApp(
    {
      db: { inTenant: absent, inSystem: absent, close: absent },
      vault: createVault([{ kid: "none", key: randomBytes(32) }]),
      log: createLogger({ level: "silent" }),
      metrics: createMetrics({ version: "", role: "cli" }),
    },
    { publicUrl: documentedUrl },
  );
  return describeApi(app, { publicUrl: documentedUrl, tags });
}

const documentedUrl = "http://localhost:3000";

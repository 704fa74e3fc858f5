import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Deps } from "../context.ts";
import type { AppEnv } from "../http/app-env.ts";
import { createRouter } from "../http/router.ts";
import { eligibilityRoutes } from "./eligibility/routes.ts";
import { invitationRoutes } from "./invitations/routes.ts";
import { localHolidayRoutes } from "./local-holidays/routes.ts";
import { resourceRoutes } from "./resources/routes.ts";
import { serviceLimitRoutes } from "./service-limits/routes.ts";
import { serviceRoutes } from "./services/routes.ts";
import { siteRoutes } from "./sites/routes.ts";

/** Routes of the catalogue. */
export function catalogRoutes(deps: Deps): OpenAPIHono<AppEnv> {
  const routes = createRouter();
  const parts = [
    siteRoutes,
    serviceRoutes,
    serviceLimitRoutes,
    resourceRoutes,
    eligibilityRoutes,
    invitationRoutes,
    localHolidayRoutes,
  ];
  for (const part of parts) routes.route("/", part(deps));
  return routes;
}

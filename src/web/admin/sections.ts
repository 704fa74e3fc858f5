import type { Scope } from "../../context.ts";
import type { AdminMessageKey } from "./translate.ts";

/** A part of the administrators' pages, as its entry in the navigation. */
export interface Section {
  /** Below the administration's address. */
  readonly path: string;
  readonly name: AdminMessageKey;
  /** What it is for, on the start page. */
  readonly about: AdminMessageKey;
  /** Who may see it. */
  readonly scope: Scope;
}

/** All parts, in the order of the navigation. */
export const sections: readonly Section[] = [
  {
    path: "/admin/today",
    name: "today_title",
    about: "today_about",
    scope: "schedule",
  },
  {
    path: "/admin/calls",
    name: "calls_title",
    about: "calls_about",
    scope: "appointments",
  },
  {
    path: "/admin/proposals",
    name: "proposals_title",
    about: "proposals_about",
    scope: "schedule",
  },
  {
    path: "/admin/conflicts",
    name: "conflicts_title",
    about: "conflicts_about",
    scope: "appointments",
  },
  {
    path: "/admin/waitlist",
    name: "wait_title",
    about: "wait_about",
    scope: "appointments",
  },
  {
    path: "/admin/bulk",
    name: "bulk_title",
    about: "bulk_about",
    scope: "admin",
  },
];

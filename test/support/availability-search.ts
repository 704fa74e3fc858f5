/** Asking an app for availability, and reading what it answers. */
import { expect } from "vitest";
import { z } from "zod";
import type { TestApp } from "./test-app.ts";

export const foundDays = z.object({
  days: z.array(
    z.object({
      site_id: z.string(),
      date: z.string(),
      status: z.string(),
      published_at: z.string().nullable(),
      starts: z.array(
        z.object({ starts_at: z.string(), local_time: z.string(), places: z.number() }),
      ),
    }),
  ),
});
export const nextStarts = z.object({
  starts: z.array(z.object({ site_id: z.string(), starts_at: z.string(), places: z.number() })),
  next_publication_at: z.string().nullable(),
});

export interface SearchOptions {
  readonly key?: string;
  readonly query?: string;
}

type FoundDay = z.infer<typeof foundDays>["days"][number];

/** Searches of one app that are answered; `dates` are the first and the last. */
export function searchesOf({ api }: Pick<TestApp, "api">) {
  const search = async (
    service: string,
    dates: readonly [string, string],
    { key, query = "" }: SearchOptions = {},
  ): Promise<FoundDay[]> => {
    const path = `/availability?service=${service}&from=${dates[0]}&to=${dates[1]}${query}`;
    const answer = await api("GET", path, { key });
    expect(answer.status, answer.text).toBe(200);
    return answer.as(foundDays).days;
  };
  const dayOf = async (
    service: string,
    date: string,
    options: SearchOptions = {},
  ): Promise<FoundDay & { readonly times: readonly string[] }> => {
    const [day] = await search(service, [date, date], options);
    if (!day) throw new Error("The day is missing");
    return { ...day, times: day.starts.map((start) => start.local_time) };
  };
  return { search, dayOf };
}

/** Starts at one site that visits are wished for. */
export interface Wish {
  readonly site: string;
  readonly service: string;
  readonly partySize: number;
  readonly starts: readonly string[];
}

/** What the generator asks for, again and again. */
export type Task =
  | {
      readonly kind: "book";
      readonly wishes: readonly Wish[];
      /** Hold first, then confirm: two requests, counted as one booking when the second one is granted. */
      readonly isHeldFirst?: boolean;
      /** Ask for every place once, in random order, instead of for random starts; `places` per start. */
      readonly places?: number;
    }
  | { readonly kind: "get"; readonly paths: readonly string[] };

/** One run of the generator. */
export interface LoadPlan {
  readonly port: number;
  readonly tenant: string;
  readonly connections: number;
  /** Ends after so many seconds, or after so many tasks begun. */
  readonly seconds?: number;
  readonly count?: number;
  /** Tasks begin at this pace whether or not earlier ones have ended; without it as soon as a connection is free. */
  readonly perSecond?: number;
  readonly task: Task;
  /** File that gets the ids of the acknowledged appointments, one a line. */
  readonly acknowledgedFile?: string;
}

/** What a run saw. */
export interface LoadReport {
  /** Tasks whose every answer was the wanted one, read to its last byte. */
  readonly granted: number;
  /** From the first request to the last answer. */
  readonly seconds: number;
  /** Last answers by status; `0` counts connections that broke. */
  readonly statuses: Readonly<Record<string, number>>;
  /** From when a task began, or should have begun, to its last byte; of granted tasks only. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The same of tasks that were refused; 0 when none was. */
  readonly refusedP99Ms: number;
  /** Both from when the request was sent: without what it waited for a free connection of the generator. */
  readonly sentP99Ms: number;
  readonly refusedSentP99Ms: number;
  /** Bodies of granted answers. */
  readonly bytes: number;
  /** Share of a core that the generator itself used. */
  readonly cpuShare: number;
}

/** What a refusal said last, to be told when nothing is granted. */
export interface LoadAnswer {
  readonly report: LoadReport;
  readonly lastRefusal: string | undefined;
}

import { describe, expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

const BUILD = { version: "1.2.3", role: "worker" };

describe("the metrics page", () => {
  test("counts requests by route template, method and status class", async () => {
    const metrics = createMetrics(BUILD);
    metrics.httpRequestFinished({
      route: "/v1/:tenant/holds",
      method: "POST",
      status: 201,
      seconds: 0.02,
    });
    metrics.httpRequestFinished({
      route: "/v1/:tenant/holds",
      method: "POST",
      status: 204,
      seconds: 0.02,
    });
    const { body } = await metrics.render();
    const labels = 'route="/v1/:tenant/holds",method="POST",status_class="2xx"';
    expect(body).toContain(`sportello_http_request_duration_seconds_count{${labels}} 2`);
  });

  test("folds unknown methods so that clients cannot create labels", async () => {
    const metrics = createMetrics(BUILD);
    metrics.httpRequestFinished({ route: "*", method: "X-NADIA", status: 405, seconds: 0 });
    const { body } = await metrics.render();
    expect(body).toContain('method="other"');
    expect(body).not.toContain("NADIA");
  });

  test("shows jobs and ticks", async () => {
    const metrics = createMetrics(BUILD);
    metrics.jobFinished({ queue: "send-message", outcome: "retried", seconds: 1 });
    metrics.jobsEnqueued("send-message", 7);
    metrics.tickFinished({ task: "relay", outcome: "failed", seconds: 1 });
    metrics.tickLeading("relay", true);
    const { body } = await metrics.render();
    expect(body).toContain(
      'sportello_job_duration_seconds_count{queue="send-message",outcome="retried"} 1',
    );
    expect(body).toContain('sportello_jobs_enqueued_total{queue="send-message"} 7');
    expect(body).toContain('sportello_tick_is_leading{task="relay"} 1');
    expect(body).not.toContain("sportello_tick_last_success_timestamp_seconds{");
  });

  test("reads pools at the time of the scrape", async () => {
    const metrics = createMetrics(BUILD);
    const pool = { totalCount: 5, idleCount: 2, waitingCount: 0 };
    metrics.watchPool("requests", pool);
    pool.waitingCount = 3;
    const { body } = await metrics.render();
    expect(body).toContain('sportello_pool_connections{pool="requests"} 5');
    expect(body).toContain('sportello_pool_idle_connections{pool="requests"} 2');
    expect(body).toContain('sportello_pool_waiting_requests{pool="requests"} 3');
  });

  test("withdraws the age of the outbox when this process stops relaying", async () => {
    const metrics = createMetrics(BUILD);
    metrics.setOutboxOldestAge(4.5);
    expect((await metrics.render()).body).toContain(
      'sportello_outbox_oldest_age_seconds{state="unsent"} 4.5',
    );
    metrics.setOutboxOldestAge(undefined);
    expect((await metrics.render()).body).not.toContain("sportello_outbox_oldest_age_seconds{");
  });

  test("names every figure sportello_… and says what is built and how the event loop lags", async () => {
    const { body, contentType } = await createMetrics(BUILD).render();
    const names = [...body.matchAll(/^# TYPE (\S+)/gmu)].map((match) => match[1]);
    expect(names.filter((name) => !name?.startsWith("sportello_"))).toEqual([]);
    expect(names).toContain("sportello_nodejs_eventloop_lag_p99_seconds");
    expect(body).toContain(
      `sportello_build_info{version="1.2.3",role="worker",node_version="${process.versions.node}"} 1`,
    );
    expect(contentType).toMatch(/^text\/plain/u);
  });

  test("belongs to one process part only", async () => {
    const first = createMetrics(BUILD);
    first.jobsEnqueued("a", 1);
    expect((await createMetrics(BUILD).render()).body).not.toContain('queue="a"');
  });
});

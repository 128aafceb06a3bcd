import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** What the server counts about itself, in Prometheus' text format. No label holds personal data. */
export type Metrics = {
  observeRequest(method: string, route: string, status: number, durationMs: number): void
  observeJob(name: string, outcome: 'done' | 'failed', durationMs: number): void
  /** Adds a number that is read when somebody asks. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  /** Adds a counter; what it gives counts one more of that kind, or as many as told. */
  counter(name: string, help: string, label: string): (kind: string, by?: number) => void
  readonly contentType: string
  text(): Promise<string>
  close(): void
}

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({ name: 'mooring_info', help: 'Version', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  const requests = new Histogram({
    name: 'mooring_http_request_duration_seconds',
    help: 'Requests by route, method and status',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  const jobs = new Histogram({
    name: 'mooring_job_duration_seconds',
    help: 'Background jobs by name and outcome',
    labelNames: ['job', 'outcome'],
    buckets: [...BUCKETS_SECONDS, 60, 300, 1800, 7200],
    registers,
  })
  const jobFailures = new Counter({
    name: 'mooring_job_failures_total',
    help: 'Background jobs that failed',
    labelNames: ['job'],
    registers,
  })
  return {
    observeRequest(method, route, status, durationMs) {
      requests.observe({ method, route, status }, durationMs / 1000)
    },
    observeJob(name, outcome, durationMs) {
      jobs.observe({ job: name, outcome }, durationMs / 1000)
      if (outcome === 'failed') jobFailures.inc({ job: name })
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read())
        },
      })
    },
    counter(name, help, label) {
      const counter = new Counter({ name, help, labelNames: [label], registers })
      return (kind, by = 1) => counter.inc({ [label]: kind }, by)
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
    close: () => registry.clear(),
  }
}

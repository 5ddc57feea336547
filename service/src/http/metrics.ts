import { createServer, type Server } from 'node:http';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Counts requests. Made by {@link createMetrics}; one a process. */
export interface Metrics {
  readonly registry: Registry;
  /** @param route - the route's pattern, never the path itself. */
  observe(request: Readonly<{ method: string; route: string; status: number; ms: number }>): void;
}

/**
 * @param isLedgerUp - whether the ledger could record an act when it was last asked.
 * @param countNotices - notices to holders that are to be sent, and that were given up; absent: nobody sends them.
 */
export function createMetrics(
  isLedgerUp: () => boolean,
  countNotices?: () => Promise<Readonly<Record<'waiting' | 'dead', number>>>,
): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'yinxin_http_request_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: 'yinxin_ledger_up',
    help: 'Whether the ledger could record an act when it was last asked.',
    registers: [registry],
    collect() {
      this.set(isLedgerUp() ? 1 : 0);
    },
  });
  if (countNotices !== undefined) addNotices(registry, countNotices);
  return {
    registry,
    observe({ method, route, status, ms }) {
      durations.observe({ method, route, status }, ms / 1000);
    },
  };
}

function addNotices(
  registry: Registry,
  count: () => Promise<Readonly<Record<'waiting' | 'dead', number>>>,
): void {
  new Gauge({
    name: 'yinxin_notices',
    help: 'Notices to holders: waiting to be sent, given up (dead).',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      for (const [state, value] of Object.entries(await count())) this.set({ state }, value);
    },
  });
}

/** A server of its own for `/metrics`, so that the outside never sees it. Call `listen` on it. */
export function createMetricsServer({ registry }: Pick<Metrics, 'registry'>): Server {
  return createServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
}

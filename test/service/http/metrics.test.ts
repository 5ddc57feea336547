import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createMetrics, createMetricsServer } from '../../../service/src/http/metrics.ts';

describe('createMetricsServer', () => {
  it('shows metrics and nothing else', async () => {
    const counts = { waiting: 3, dead: 1 };
    const metrics = createMetrics(
      () => false,
      () => Promise.resolve(counts),
    );
    metrics.observe({ method: 'GET', route: '/x', status: 200, ms: 3 });
    const server = createMetricsServer(metrics).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const shown = await fetch(`${origin}/metrics`);
    const other = await fetch(`${origin}/`);
    const posted = await fetch(`${origin}/metrics`, { method: 'POST' });
    const text = await shown.text();
    server.closeAllConnections();
    server.close();

    expect([shown.status, other.status, posted.status]).toEqual([200, 404, 404]);
    expect(text).toContain('yinxin_http_request_seconds_sum');
    expect(text).toMatch(/^yinxin_ledger_up 0$/m);
    expect(text).toMatch(/^yinxin_notices\{state="waiting"\} 3$/m);
    expect(text).toMatch(/^yinxin_notices\{state="dead"\} 1$/m);
  });
});

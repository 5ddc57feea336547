import { once } from 'node:events';
import type { Server, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { pino, type Logger } from 'pino';
import { createApp } from './app.ts';
import { systemClock } from './clock.ts';
import { readConfig, type Config } from './config.ts';
import { isDemoUnfinished, seedDemo, type DemoCredentials } from './demo/seedDemo.ts';
import { ServiceError } from './errors.ts';
import { createMetrics, createMetricsServer } from './http/metrics.ts';
import { createApiServer } from './http/server.ts';
import { openService, type Service } from './composition/openService.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const WEB_ROOT = resolve(import.meta.dirname, '../../web/dist');

/** Runs the service until it is told to stop. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = pino({ level: config.logLevel });
  let handle: Handle = answerStarting;
  const server = createApiServer({
    callback: () => (request, response) =>
      handle(request as IncomingMessage, response as ServerResponse), // the server is HTTP/1
  });
  const address = await listen(server, config);
  const publicUrl = config.publicUrl ?? address;
  const service = await openService(config, { clock: systemClock, log, publicUrl });
  const reasons = new Set(['starting']);
  const countNotices = config.notices === null ? undefined : () => service.store.notices.counts();
  const metrics =
    config.metricsPort === null ? undefined : createMetrics(service.isLedgerUp, countNotices);
  handle = createApp({
    ...service,
    ...{ log, publicUrl, publicRate: config.publicRate, isProduction: config.isProduction },
    retentionYears: config.retentionYears,
    webRoot: WEB_ROOT,
    readiness: () => [...reasons],
    ...(metrics === undefined ? {} : { metrics }),
  }).callback();
  const metricsServer = metrics === undefined ? null : createMetricsServer(metrics);
  metricsServer?.listen(config.metricsPort ?? 0, config.host);
  stopOnSignal(log, async () => {
    reasons.add('stopping');
    await Promise.all([close(server), metricsServer === null ? undefined : close(metricsServer)]);
    await service.close();
  });
  service.startJobs();
  const credentials = await buildDemo(service, config);
  reasons.delete('starting');
  announce(config, address, credentials);
}

async function buildDemo(service: Service, config: Config): Promise<DemoCredentials | null> {
  const isWanted = config.demo || (!config.isProduction && (await isDemoUnfinished(service)));
  return isWanted ? await seedDemo(service, config.dataDir) : null;
}

async function listen(server: Server, config: Config): Promise<string> {
  server.listen(config.port, config.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `http://${host}:${port}`;
}

/** Until everything is open there is one answer to everything but "are you alive". */
function answerStarting(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isAlive = request.url === '/healthz';
  response.writeHead(isAlive ? 200 : 503, {
    'content-type': 'application/json',
    'retry-after': '1',
  });
  response.end(JSON.stringify(isAlive ? { status: 'alive' } : { status: 'starting' }));
  return Promise.resolve();
}

function announce(config: Config, address: string, credentials: DemoCredentials | null): void {
  const lines = [
    'Yinxin 印信',
    `  console 工作台        ${address}/`,
    `  public page 公众查验  ${address}/v`,
  ];
  if (credentials !== null) {
    lines.push(`  who can sign in 可登录账号 (${config.dataDir}/demo-credentials.json):`);
    for (const [username, password] of Object.entries(credentials)) {
      lines.push(`    ${username.padEnd(16)} ${password}`);
    }
  }
  process.stdout.write(`${lines.join('\n')}\n`);
}

function stopOnSignal(log: Logger, stop: () => Promise<void>): void {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) return;
    isStopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error, log),
    );
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => {
    server.closeAllConnections();
  }, 5000).unref();
  await once(server, 'close');
}

function fail(error: unknown, log: Logger): never {
  if (error instanceof ServiceError) process.stderr.write(`${error.code}: ${error.message}\n`);
  else log.fatal(error);
  process.exit(1);
}

// The chaincode's logger leaves a listener that swallows what nobody caught: here such a fault ends the process.
const fallbackLog = pino();
process.removeAllListeners('uncaughtException');
process.on('uncaughtException', (error) => fail(error, fallbackLog));
process.on('unhandledRejection', (error) => fail(error, fallbackLog));

await main().catch((error: unknown) => fail(error, fallbackLog));

/**
 * A service that a redemption kills, as kill -9 does: `TEST_DIES=written` when it is durable but not answered yet,
 * `TEST_DIES=prepared` when it is prepared but not written yet. Settings as for the service itself.
 */
import { createApp } from '../../service/src/app.ts';
import { systemClock } from '../../service/src/clock.ts';
import { openService } from '../../service/src/composition/openService.ts';
import { readConfig } from '../../service/src/config.ts';
import { createApiServer } from '../../service/src/http/server.ts';
import type { PresentationStore } from '../../service/src/store/store.ts';
import { pino } from 'pino';

const moment = process.env['TEST_DIES'];
const config = readConfig();
const log = pino({ level: 'silent' });
const publicUrl = config.publicUrl ?? '';
const service = await openService(config, { clock: systemClock, log, publicUrl });
const { presentations } = service.store;

/** The signal is there before this returns. */
const die = (): void => void process.kill(process.pid, 'SIGKILL');

const redeem: PresentationStore['redeem'] = async (...claim) => {
  if (moment === 'prepared') die();
  const refusal = await presentations.redeem(...claim);
  if (moment === 'written') die();
  return refusal;
};
const store = { ...service.store, presentations: { ...presentations, redeem } };

createApiServer(
  createApp({
    ...{ ...service, log, publicUrl, publicRate: null, isProduction: false, readiness: () => [] },
    presentations: { ...service.presentations, store },
    ...{ retentionYears: config.retentionYears, webRoot: config.dataDir },
  }),
).listen(config.port, config.host);

/** A whole service with a gateway: from a use to the message. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openNotices } from '../../../service/src/composition/openNotices.ts';
import { systemClock } from '../../../service/src/clock.ts';
import {
  isGenuine,
  NOTICE_SECRET,
  noticeGateway,
  type NoticeGateway,
} from '../../support/noticeGateway.ts';
import { testApp } from '../../support/testApp.ts';

let folder: string;
let secretFile: string;
let gateway: NoticeGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yinxin-notices-'));
  secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${NOTICE_SECRET}\n`);
  gateway = await noticeGateway();
});

afterAll(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true });
});

describe('a service with a gateway', () => {
  it('tells holders of a licence and of who verified it, and says what it could not', async () => {
    gateway.answer = (response, place) => void response.writeHead(place === 1 ? 500 : 204).end();
    const app = await testApp({ config: { notices: { webhook: gateway.url, secretFile } } });
    const { identifier } = await app.city.issue();
    await app.send('POST', '/verifications', {
      as: 'clerk',
      json: { identifier, purpose: '核验' },
    });
    app.city.service.startJobs();
    while (app.city.warnings.length === 0) await sleep(20); // a round every two seconds
    await app.remove();

    expect(gateway.received.map(({ body }) => body['kind']).sort()).toEqual([
      'licence',
      'verification',
    ]);
    for (const notice of gateway.received)
      expect(isGenuine(notice, NOTICE_SECRET, new Date())).toBe(true);
    expect(app.city.warnings).toEqual(['notices not delivered']);
  });

  it.each([
    ['is missing', 'none'],
    ['is too short', 'short'],
  ])('is not started when the secret %s', async (_, name) => {
    writeFileSync(join(folder, 'short'), 'guess me\n');
    const notices = { webhook: gateway.url, secretFile: join(folder, name) };

    await expect(openNotices({ notices }, { clock: systemClock })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it('needs none', async () => {
    expect(await openNotices({ notices: null }, { clock: systemClock })).toBeNull();
  });
});

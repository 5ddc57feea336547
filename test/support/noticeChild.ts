/** A process that delivers notices from a store, until it is killed. @param argv - URL of the store, of the gateway. */
import { createHttpNoticeSender } from '../../service/src/outbound/httpNoticeSender.ts';
import { deliverNotices } from '../../service/src/notices/deliverNotices.ts';
import { deriveFieldKeys } from '../../service/src/store/fieldEncryption.ts';
import { openStore } from '../../service/src/store/prismaStore.ts';
import { NOTICE_SECRET } from './noticeGateway.ts';
import { STORE_MASTER_KEY, STORE_NOW } from './testStore.ts';

const [storeUrl = '', url = ''] = process.argv.slice(2);
const clock = { now: () => STORE_NOW };
const store = await openStore({
  ...{ url: storeUrl, clock, fieldKeys: deriveFieldKeys(STORE_MASTER_KEY) },
  deliversNotices: true,
});
const secret = Buffer.from(NOTICE_SECRET);
const sender = createHttpNoticeSender({ url, clock, secret, timeoutMs: 60_000 });
await deliverNotices({ clock, store, sender }, new AbortController().signal);

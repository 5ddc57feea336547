/** Forty matters (事项) of the demo city with their materials (材料). */
import { DEMO_HEALTH_MATTERS } from './demoHealthMatters.ts';
import { DEMO_MARKET_MATTERS } from './demoMarketMatters.ts';
import { matterCode, mattersOf, type DemoMatter } from './demoMatterDraft.ts';
import { DEMO_CODES } from './demoOrganisations.ts';
import { DEMO_URBAN_MATTERS } from './demoUrbanMatters.ts';

const BASIS = '《国务院关于进一步优化政务服务提升行政效能推动“高效办成一件事”的指导意见》';

/** Bundles (一件事一次办): what they ask for is what their parts ask for. */
const BUNDLES: readonly DemoMatter[] = mattersOf('100', DEMO_CODES.hall, [
  [
    {
      ...{ number: '001', name: '我要开饭店（一件事）', basis: BASIS, numbers: [3, 10, 1800] },
      // eleven materials: with the food licence and the eatery's registration, eight need not be submitted
      bundles: [matterCode('131', '003'), matterCode('117', '003'), matterCode('117', '004')],
    },
  ],
  [
    {
      ...{ number: '002', name: '我要开药店（一件事）', basis: BASIS, numbers: [7, 15, 240] },
      bundles: [matterCode('131', '005'), matterCode('131', '008'), matterCode('117', '004')],
    },
  ],
  [
    {
      ...{ number: '003', name: '我要办诊所（一件事）', basis: BASIS, numbers: [7, 20, 110] },
      bundles: [matterCode('123', '012'), matterCode('123', '008'), matterCode('117', '006')],
    },
  ],
]);

/** By department, the bundles last. */
export const DEMO_MATTERS: readonly DemoMatter[] = [
  ...DEMO_MARKET_MATTERS,
  ...DEMO_HEALTH_MATTERS,
  ...DEMO_URBAN_MATTERS,
  ...BUNDLES,
];

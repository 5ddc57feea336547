import type { Role } from '../session.ts';
import type { Room, RoomPage } from '../room.ts';

const HOLDER: readonly Role[] = ['holder'];

function page(
  path: string,
  titles: readonly [chinese: string, english: string],
  component: RoomPage['component'],
  isInMenu = false,
): RoomPage {
  const [chinese, english] = titles;
  return { path, title: { 'zh-CN': chinese, en: english }, roles: HOLDER, isInMenu, component };
}

export const holderRoom: Room = {
  title: { 'zh-CN': '我的证照', en: 'My licences' },
  pages: [
    page('/holder', ['证照', 'Wallet'], () => import('./WalletPage.vue'), true),
    page('/holder/show', ['亮证', 'Show'], () => import('./ShowPage.vue'), true),
    page('/holder/uses', ['谁看过', 'Who looked'], () => import('./UsesPage.vue'), true),
    page('/holder/cases', ['办件', 'Cases'], () => import('./CasesPage.vue'), true),
    page('/holder/grants', ['授权', 'Delegates'], () => import('./GrantsPage.vue'), true),
    page('/holder/files', ['材料', 'Files'], () => import('./FilesPage.vue'), true),
    page('/holder/notices', ['消息', 'Notices'], () => import('./NoticesPage.vue'), true),
    page('/holder/data', ['我的数据', 'My data'], () => import('./DataPage.vue'), true),
    page('/holder/licences/:identifier', ['证照', 'Licence'], () => import('./LicencePage.vue')),
    page('/holder/uses/:id', ['用证记录', 'Use'], () => import('./UsePage.vue')),
    page('/holder/cases/new', ['网上申办', 'Apply'], () => import('./NewCasePage.vue')),
    page('/holder/cases/:id', ['办件', 'Case'], () => import('./CasePage.vue')),
    page('/holder/files/sign', ['签署表单', 'Sign a form'], () => import('./SignPage.vue')),
  ],
};

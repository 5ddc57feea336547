import type { Room, RoomPage } from '../room.ts';

const page = (
  path: string,
  [chinese, english]: readonly [string, string],
  isInMenu: boolean,
  component: RoomPage['component'],
): RoomPage => ({
  ...{ path, title: { 'zh-CN': chinese, en: english }, roles: ['auditor'] },
  ...{ isInMenu, component },
});

export const auditorRoom: Room = {
  title: { 'zh-CN': '审计', en: 'Audit' },
  pages: [
    page('/audit', ['使用记录', 'Uses'], true, () => import('./SearchPage.vue')),
    page('/audit/uses/:id', ['使用记录', 'Use'], false, () => import('./UsePage.vue')),
    page(
      '/audit/licences',
      ['证照生平', 'Life of a licence'],
      true,
      () => import('./FindLicencePage.vue'),
    ),
    page(
      '/audit/licences/:identifier',
      ['证照生平', 'Life of a licence'],
      false,
      () => import('./LicencePage.vue'),
    ),
    page('/audit/ledger', ['账本', 'Ledger'], true, () => import('./LedgerPage.vue')),
    page('/audit/figures', ['统计', 'Figures'], true, () => import('./FiguresPage.vue')),
    page('/audit/alarms', ['预警', 'Alarms'], true, () => import('./AlarmsPage.vue')),
    page('/audit/objections', ['异议', 'Objections'], true, () => import('./ObjectionsPage.vue')),
    page(
      '/audit/administration',
      ['管理留痕', 'Administrative trail'],
      true,
      () => import('./AdministrationPage.vue'),
    ),
    page('/audit/registers', ['台账', 'Registers'], true, () => import('./RegistersPage.vue')),
  ],
};

import type { Room, RoomPage } from '../room.ts';

const BOTH = ['operator', 'securityAdmin'] as const;
const page = (
  path: string,
  title: RoomPage['title'],
  component: RoomPage['component'],
  more: Partial<Pick<RoomPage, 'roles' | 'isInMenu'>> = {},
): RoomPage => ({
  ...{ path: `/administration${path}`, title, component, roles: BOTH, isInMenu: true },
  ...more,
});

export const administratorRoom: Room = {
  title: { 'zh-CN': '管理', en: 'Administration' },
  pages: [
    page('', { 'zh-CN': '组织机构', en: 'Organisations' }, () => import('./OrganisationsPage.vue')),
    page('/people', { 'zh-CN': '人员', en: 'People' }, () => import('./PeoplePage.vue')),
    page(
      '/people/new',
      { 'zh-CN': '新建账号', en: 'New account' },
      () => import('./NewPersonPage.vue'),
      { isInMenu: false },
    ),
    page('/people/:id', { 'zh-CN': '账号', en: 'Account' }, () => import('./PersonPage.vue'), {
      isInMenu: false,
    }),
    page('/matters', { 'zh-CN': '事项目录', en: 'Matters' }, () => import('./MattersPage.vue')),
    page(
      '/matters/new',
      { 'zh-CN': '新增事项', en: 'New matter' },
      () => import('./MatterEditPage.vue'),
      { isInMenu: false, roles: ['operator'] },
    ),
    page('/matters/:code', { 'zh-CN': '事项', en: 'Matter' }, () => import('./MatterPage.vue'), {
      isInMenu: false,
    }),
    page(
      '/matters/:code/edit',
      { 'zh-CN': '修改事项', en: 'Edit matter' },
      () => import('./MatterEditPage.vue'),
      { isInMenu: false, roles: ['operator'] },
    ),
    page(
      '/waivers',
      { 'zh-CN': '免提交分析', en: 'What could be waived' },
      () => import('./WaiversPage.vue'),
      { isInMenu: false, roles: ['operator'] },
    ),
    page('/types', { 'zh-CN': '证照类型', en: 'Licence types' }, () => import('./TypesPage.vue')),
    page(
      '/types/new',
      { 'zh-CN': '新增类型', en: 'New licence type' },
      () => import('./TypePage.vue'),
      { isInMenu: false, roles: ['operator'] },
    ),
    page(
      '/types/:code',
      { 'zh-CN': '证照类型', en: 'Licence type' },
      () => import('./TypePage.vue'),
      { isInMenu: false },
    ),
    page('/trust', { 'zh-CN': '信任', en: 'Trust' }, () => import('./CertificatesPage.vue')),
    page(
      '/trust/list',
      { 'zh-CN': '信任列表', en: 'Trust list' },
      () => import('./TrustListPage.vue'),
      { isInMenu: false },
    ),
    page(
      '/trust/signers',
      { 'zh-CN': '签名密钥', en: 'Signing keys' },
      () => import('./SignersPage.vue'),
      { isInMenu: false },
    ),
    page(
      '/trust/roots',
      { 'zh-CN': '本市的根', en: 'Our roots' },
      () => import('./RootsPage.vue'),
      { isInMenu: false },
    ),
    page(
      '/clients',
      { 'zh-CN': '对接系统', en: 'Other systems' },
      () => import('./ClientsPage.vue'),
      { roles: ['securityAdmin'] },
    ),
    page('/calendar', { 'zh-CN': '工作日历', en: 'Calendar' }, () => import('./CalendarPage.vue')),
    page(
      '/erasures',
      { 'zh-CN': '删除个人数据', en: 'Erasures' },
      () => import('./ErasuresPage.vue'),
      { roles: ['securityAdmin'] },
    ),
    page('/health', { 'zh-CN': '运行状况', en: 'Health' }, () => import('./HealthPage.vue')),
  ],
};

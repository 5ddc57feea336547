import type { Room } from '../room.ts';

export const departmentRoom: Room = {
  title: { 'zh-CN': '部门', en: 'Department' },
  pages: [
    {
      path: '/department',
      title: { 'zh-CN': '待办', en: 'Work queue' },
      roles: ['issuer', 'approver'],
      isInMenu: true,
      component: () => import('./QueuePage.vue'),
    },
    {
      path: '/department/issue',
      title: { 'zh-CN': '签发证照', en: 'Issue a licence' },
      roles: ['issuer'],
      isInMenu: true,
      component: () => import('./IssuePage.vue'),
    },
    {
      path: '/department/licences',
      title: { 'zh-CN': '证照查询', en: 'Licences' },
      roles: ['issuer', 'approver'],
      isInMenu: true,
      component: () => import('./LicencesPage.vue'),
    },
    {
      path: '/department/licences/:identifier',
      title: { 'zh-CN': '证照', en: 'Licence' },
      roles: ['issuer', 'approver'],
      isInMenu: false,
      component: () => import('./LicencePage.vue'),
    },
    {
      path: '/department/imports',
      title: { 'zh-CN': '存量录入', en: 'Stock licences' },
      roles: ['issuer', 'approver'],
      isInMenu: true,
      component: () => import('./ImportsPage.vue'),
    },
    {
      path: '/department/imports/:id',
      title: { 'zh-CN': '存量录入', en: 'Stock licences' },
      roles: ['issuer', 'approver'],
      isInMenu: false,
      component: () => import('./ImportPage.vue'),
    },
    {
      path: '/department/seals',
      title: { 'zh-CN': '电子印章', en: 'Seals' },
      roles: ['issuer', 'approver', 'sealMaker'],
      isInMenu: true,
      component: () => import('./SealsPage.vue'),
    },
    {
      path: '/department/seals/:esId',
      title: { 'zh-CN': '电子印章', en: 'Seal' },
      roles: ['issuer', 'approver', 'sealMaker'],
      isInMenu: false,
      component: () => import('./SealPage.vue'),
    },
    {
      path: '/department/sealing',
      title: { 'zh-CN': '文件用章', en: 'Seal a document' },
      roles: ['issuer', 'approver'],
      isInMenu: true,
      component: () => import('./SealDocumentPage.vue'),
    },
    {
      path: '/department/cases',
      title: { 'zh-CN': '办件', en: 'Cases' },
      roles: ['issuer', 'approver'],
      isInMenu: true,
      component: () => import('./DepartmentCasesPage.vue'),
    },
    {
      path: '/department/cases/:id',
      title: { 'zh-CN': '办件', en: 'Case' },
      roles: ['issuer', 'approver'],
      isInMenu: false,
      component: () => import('./DepartmentCasePage.vue'),
    },
  ],
};

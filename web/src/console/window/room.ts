import type { Room } from '../room.ts';

export const windowRoom: Room = {
  title: { 'zh-CN': '窗口', en: 'Window' },
  pages: [
    {
      path: '/window',
      title: { 'zh-CN': '窗口办件', en: 'At the window' },
      roles: ['clerk'],
      isInMenu: true,
      component: () => import('./WindowPage.vue'),
    },
  ],
};

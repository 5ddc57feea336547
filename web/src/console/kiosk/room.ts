import type { Room } from '../room.ts';

export const kioskRoom: Room = {
  title: { 'zh-CN': '自助终端', en: 'Kiosk' },
  pages: [
    {
      path: '/kiosk',
      title: { 'zh-CN': '自助服务', en: 'Self-service' },
      roles: [],
      isInMenu: false,
      isBare: true,
      component: () => import('./KioskPage.vue'),
    },
  ],
};

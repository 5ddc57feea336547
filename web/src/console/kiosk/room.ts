import type { Room } from '../room.ts';

export const kioskRoom: Room = {
  title: { 'zh-CN': '自助终端', en: 'Kiosk' },
  pages: [],
};

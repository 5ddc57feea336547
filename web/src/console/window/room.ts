import type { Room } from '../room.ts';

export const windowRoom: Room = {
  title: { 'zh-CN': '窗口', en: 'Window' },
  pages: [],
};

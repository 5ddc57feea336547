import type { Room } from '../room.ts';

export const administratorRoom: Room = {
  title: { 'zh-CN': '管理', en: 'Administration' },
  pages: [],
};

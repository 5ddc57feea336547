import type { Room } from '../room.ts';

export const auditorRoom: Room = {
  title: { 'zh-CN': '审计', en: 'Audit' },
  pages: [],
};

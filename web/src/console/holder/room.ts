import type { Room } from '../room.ts';

export const holderRoom: Room = {
  title: { 'zh-CN': '我的证照', en: 'My licences' },
  pages: [],
};

import type { Room } from '../room.ts';

export const departmentRoom: Room = {
  title: { 'zh-CN': '部门', en: 'Department' },
  pages: [],
};

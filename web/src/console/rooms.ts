/** The rooms of the console: who works in them, where they are, what their menu offers. */
import type { Component } from 'vue';
import type { RouteRecordRaw } from 'vue-router';
import { administratorRoom } from './administrator/room.ts';
import { auditorRoom } from './auditor/room.ts';
import { departmentRoom } from './department/room.ts';
import { holderRoom } from './holder/room.ts';
import { kioskRoom } from './kiosk/room.ts';
import type { Room, RoomPage } from './room.ts';
import { windowRoom } from './window/room.ts';

/** In the order in which somebody with several roles finds them. */
export const ROOMS: readonly Room[] = [
  windowRoom,
  departmentRoom,
  holderRoom,
  auditorRoom,
  administratorRoom,
  kioskRoom,
];

declare module 'vue-router' {
  interface RouteMeta {
    page?: RoomPage;
  }
}

/** Routes of every page; which page it is stands in `meta.page`. */
export function roomRoutes(): readonly RouteRecordRaw[] {
  return ROOMS.flatMap((room) => room.pages).map((page) => ({
    path: page.path,
    component: page.component as () => Promise<Component>, // a module with one, as the router loads it
    meta: { page },
  }));
}

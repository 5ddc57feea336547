import { createRouter, createWebHistory, type Router } from 'vue-router';
import { SIGN_IN } from './menu.ts';
import type { RoomPage } from './room.ts';
import { roomRoutes } from './rooms.ts';
import { hasRole, loadPerson, session } from './session.ts';

/** A page that breaks so soon after it was loaded would break again. */
const RELOADED_MS = 10_000;

export function createConsoleRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', component: () => import('./frame/HomePage.vue') },
      { path: SIGN_IN, component: () => import('./frame/SignInPage.vue') },
      { path: '/password', component: () => import('./frame/PasswordPage.vue') },
      ...roomRoutes(),
      { path: '/:nowhere(.*)*', component: () => import('./frame/NotFoundPage.vue') },
    ],
  });
  let isLoaded = false;
  router.beforeEach(async (to) => {
    if (!isLoaded) await loadPerson();
    isLoaded = true;
    return guard(to.path, to.fullPath, to.meta.page);
  });
  router.onError((_error, to) => {
    reloadOnce(to.fullPath);
  });
  return router;
}

/** After the service was renewed, parts of the console by their old names are gone: the new page knows the new ones. */
function reloadOnce(path: string): void {
  const wasReloaded = performance.now() < RELOADED_MS;
  if (!wasReloaded) window.location.assign(path);
}

/** @returns where else to go; true: on. */
function guard(path: string, fullPath: string, page: RoomPage | undefined): true | string | object {
  const person = session.person.value;
  if (page?.roles.length === 0) return true;
  if (person === null) {
    if (path === SIGN_IN) return true;
    return { path: SIGN_IN, query: path === '/' ? {} : { next: fullPath } };
  }
  if (person.mustChangePassword === true && path !== '/password') return '/password';
  if (page !== undefined && !hasRole(...page.roles)) return '/';
  return true;
}

/** Installing the page: its service worker, and the offer to put it among the device's programs. */
import { shallowRef, type Ref } from 'vue';

/** What the page shows of its own installation. */
export interface Installation {
  /** This browser can keep the page and verify by itself; false on connections that are not secure. */
  readonly isPossible: boolean;
  /** A new version is kept and waits for the next start. */
  readonly isUpdateReady: Readonly<Ref<boolean>>;
  /** The browser offers to install the page. */
  readonly canInstall: Readonly<Ref<boolean>>;
  /** Keeps the page's files. Never fails: without them the page works online. @returns whether they are kept. */
  register(): Promise<boolean>;
  /** Lets the waiting version take over now; the page starts anew. */
  takeOver(): void;
  /** Shows the browser's own question. */
  askToInstall(): Promise<void>;
}

/** Chromium's event; others install by their own menu. */
interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

const SCRIPT = '/v/sw.js';
/** Codes point to `/v`, without a slash behind: that address must open, too. */
const SCOPE = '/v';

export function createInstallation(): Installation {
  const isUpdateReady = shallowRef(false);
  const canInstall = shallowRef(false);
  let waiting: ServiceWorker | null = null;
  let prompt: InstallPrompt | null = null;
  const isPossible =
    window.isSecureContext &&
    'serviceWorker' in navigator &&
    ['caches', 'indexedDB', 'DecompressionStream'].every((name) => name in window);

  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    prompt = event as InstallPrompt;
    canInstall.value = true;
  });

  function look(registration: ServiceWorkerRegistration): void {
    if (registration.waiting === null || registration.active === null) return;
    waiting = registration.waiting;
    isUpdateReady.value = true;
  }

  function follow(registration: ServiceWorkerRegistration): void {
    look(registration);
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', () => {
        look(registration);
      });
    });
  }

  return {
    ...{ isPossible, isUpdateReady, canInstall },
    async register() {
      if (!isPossible) return false;
      try {
        follow(await navigator.serviceWorker.register(SCRIPT, { scope: SCOPE }));
        await navigator.serviceWorker.ready;
        return true;
      } catch {
        return false; // forbidden, or a file of this version is no longer there
      }
    },
    takeOver() {
      navigator.serviceWorker.addEventListener('controllerchange', () => {
        window.location.reload();
      });
      waiting?.postMessage('takeOver');
    },
    async askToInstall() {
      canInstall.value = false;
      await prompt?.prompt();
      prompt = null; // a question can be shown once
    },
  };
}

/** Somebody asked the browser for as little traffic as can be. */
export function isSavingData(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true; // only Chromium says
}

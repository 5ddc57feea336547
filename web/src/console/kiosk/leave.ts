import { api, ask } from '../api.ts';
import { setPerson } from '../session.ts';

/** Ends the session in this browser. Also when the service does not answer, nothing of the person stays in the page. */
export async function leave(): Promise<void> {
  setPerson(null);
  await ask(api.DELETE('/sessions'));
}

/** Signs out and begins anew: the page is loaded again in its own place, so that nothing is left in memory or in the way back. */
export async function endVisit(): Promise<void> {
  await leave();
  window.location.replace('/kiosk');
}

/** What every page must be, in every language and theme. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { isTooWide } from './inspect.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] as const;

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds serious or critical (WCAG 2.1 A and AA, and good practice), with the element. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate(
    async ([source, rules]) => {
      if (!('axe' in window)) (0, eval)(source); // by the debugger's leave: the page's own policy forbids it
      const { axe } = window as unknown as {
        axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
      };
      return (await axe.run({ runOnly: rules, resultTypes: ['violations'] })).violations;
    },
    [AXE, RULES] as const,
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Everything that is wrong with a page as it stands; none: nothing. */
export async function findFaults(page: Page): Promise<readonly string[]> {
  const wide = (await isTooWide(page)) ? ['must be scrolled sideways'] : [];
  const names = await page.evaluate(() =>
    [...document.body.innerText.matchAll(/\b[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*){1,4}\b/g)].map(
      String,
    ),
  );
  const untold = names.filter((name) =>
    /^(frame|window|department|holder|auditor|administrator|kiosk)\./.test(name),
  );
  return [
    ...wide,
    ...untold.map((name) => `text is missing: ${name}`),
    ...(await findBarriers(page)),
  ];
}

/** Looks at a page in both languages and both themes. @returns each fault with where it was seen. */
export async function findFaultsEverywhere(page: Page): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const language of ['English', '中文'] as const) {
      await page.getByRole('button', { name: language, exact: true }).first().click();
      await page.evaluate(() => new Promise(requestAnimationFrame));
      const found = await findFaults(page);
      faults.push(...found.map((fault) => `${theme}, ${language}: ${fault}`));
    }
  }
  return faults;
}

import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import type { Language } from '../../web/src/i18n/language.ts';
import type { Report } from '../../web/src/report.ts';
import { CODE, drawCode, filmCode, filming, type Scene } from './browser/codePictures.ts';
import { eventually, findPoorContrast, isTooWide, listFonts } from './browser/inspect.ts';
import { startFakeService, type FakeService } from './browser/fakeService.ts';
import { openBrowser } from '../../scripts/pages/openBrowser.ts';
import { buildCheck, buildReport, IDENTIFIER } from './support.ts';

const SCREENSHOTS = join(import.meta.dirname, '../../screenshots');
const MAX_FIRST_LOAD_BYTES = 250 * 1024;
const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };

/** What the page complained about: violated policy, broken requests, errors. */
let complaints: string[];
let service: FakeService;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  service = await startFakeService();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await service.close();
});
beforeEach(() => {
  complaints = [];
  service.asked.length = 0;
  service.paths.length = 0;
  service.reply = () => ({ status: 200, body: buildReport() });
});
afterEach(async () => {
  await context.close();
});

async function openPage(
  fragment = '',
  options: BrowserContextOptions = {},
  using = browser,
): Promise<Page> {
  context = await using.newContext({
    ...{ locale: 'zh-CN', viewport: PHONE, serviceWorkers: 'block' }, // it would fetch files of its own accord
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.text() === 'Service Worker registration blocked by Playwright') return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(service.origin) && !/^(data|blob):/.test(request.url())) {
      complaints.push(`third party: ${request.url()}`);
    }
  });
  await page.goto(`${service.origin}/v${fragment}`);
  return page;
}

async function expectVerdict(page: Page, word: string, sentence: string): Promise<void> {
  const verdict = page.locator('.verdict');
  await verdict.getByText(sentence).waitFor();
  expect((await verdict.locator('.word').innerText()).trim()).toBe(word);
}

async function typeAndSubmit(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox').fill(text);
  await page.keyboard.press('Enter');
}

const bodies = (): unknown[] =>
  service.asked.map(({ body }) => JSON.parse(body.toString('utf8')) as unknown);

const REPORTS: Readonly<Record<'passed' | 'failed' | 'unknown', Partial<Report>>> = {
  passed: {
    checks: [
      'code.signer',
      'code.signature',
      'code.recorded',
      'licence.known',
      'status.age',
      'licence.version',
      'licence.state',
      'licence.validFrom',
      'licence.validUntil',
      'seal.state',
      'some.newCheck',
    ].map((name) => buildCheck(name)),
  },
  failed: {
    indication: 'TOTAL-FAILED',
    subIndication: 'LICENCE_REVOKED',
    checks: [
      buildCheck('code.signature'),
      { ...buildCheck('licence.state', 'TOTAL-FAILED'), clause: 'GB/T 36904-2018' },
    ],
  },
  unknown: {
    indication: 'INDETERMINATE',
    subIndication: 'LICENCE_UNKNOWN',
    checks: [buildCheck('licence.known', 'INDETERMINATE')],
  },
};
const WORDS: Readonly<Record<Language, Readonly<Record<keyof typeof REPORTS, string>>>> = {
  'zh-CN': { passed: '有效', failed: '无效', unknown: '无法判定' },
  en: { passed: 'Valid', failed: 'Not valid', unknown: 'Cannot tell' },
};
const STATEMENTS: Readonly<Record<Language, Readonly<Record<keyof typeof REPORTS, string>>>> = {
  'zh-CN': {
    passed: '证照有效：印章真实，签发机关可信，当前状态正常。',
    failed: '证照已被吊销，不能使用。',
    unknown: '账本上查不到该证照，无法判定。',
  },
  en: {
    passed: 'The licence is valid: genuine seal, trusted issuer, in force now.',
    failed: 'The licence has been revoked. Do not accept it.',
    unknown: 'This ledger does not know the licence: cannot tell.',
  },
};

describe('the verdict', () => {
  const looks = (['zh-CN', 'en'] as const).flatMap((locale) =>
    (['passed', 'failed', 'unknown'] as const).flatMap((verdict) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        (['phone', 'desktop'] as const).map((device) => ({
          locale,
          verdict,
          colorScheme,
          device,
        })),
      ),
    ),
  );

  it.each(looks)(
    'is $verdict in $locale, $colorScheme, on a $device',
    async ({ locale, verdict, colorScheme, device }) => {
      const statement = STATEMENTS[locale][verdict];
      service.reply = ({ language }) => ({
        status: 200,
        body: buildReport({ ...REPORTS[verdict], statement: language === locale ? statement : '' }),
      });

      const viewport = device === 'phone' ? PHONE : DESKTOP;
      const page = await openPage(`#${CODE}`, { locale, colorScheme, viewport });
      await expectVerdict(page, WORDS[locale][verdict], statement);
      await page.locator('summary').click();

      const time = locale === 'en' ? '31 January 2026 at 10:03:04' : '2026年1月31日 10:03:04';
      expect(await page.locator('time').innerText()).toBe(time);
      expect((await page.locator('.identifier').innerText()).replace(/\s/g, '')).toBe(IDENTIFIER);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await isTooWide(page)).toBe(false);
      expect(await findPoorContrast(page)).toEqual([]);
      const name = `${verdict}-${locale}-${colorScheme}-${device}.png`;
      await page.screenshot({ path: join(SCREENSHOTS, name), fullPage: true });
      expect(complaints).toEqual([]);
    },
  );
});

describe('the fragment', () => {
  it('is verified at once and goes nowhere but into the request', async () => {
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');

    expect(bodies()).toEqual([{ code: CODE }]);
    expect(service.paths.filter((path) => path.includes('YX1'))).toEqual([]);
    expect(service.paths).toContain('/v');
  });

  it('is verified again when it changes', async () => {
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');

    await page.evaluate(() => {
      window.location.hash = '#YX1.777';
    });
    await eventually(() => {
      expect(bodies()).toEqual([{ code: CODE }, { code: 'YX1.777' }]);
    });
  });

  it('is left alone when it is no code', async () => {
    const page = await openPage('#main');
    await page.getByRole('heading', { name: '查验电子证照和签章文件' }).waitFor();

    expect(service.asked).toEqual([]);
  });

  it('is taken out of the address when something else is verified', async () => {
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');

    await typeAndSubmit(page, IDENTIFIER);
    await eventually(() => {
      expect(bodies()[1]).toEqual({ identifier: IDENTIFIER });
    });

    expect(page.url()).toBe(`${service.origin}/v`);
  });
});

describe('the field', () => {
  it('says how far an identifier is right while it is typed', async () => {
    const page = await openPage();
    const feedback = page.locator('#entry-feedback');
    await page.screenshot({ path: join(SCREENSHOTS, 'start-zh-CN-phone.png'), fullPage: true });

    await page.getByRole('textbox').pressSequentially(IDENTIFIER.slice(0, -1).toLowerCase());
    expect(await feedback.innerText()).toBe('还差最后一位校验字符。');
    await page.getByRole('textbox').pressSequentially('v');
    expect(await feedback.innerText()).toContain('校验字符不符');
    expect(await page.getByRole('textbox').getAttribute('aria-invalid')).toBe('true');
    expect(await findPoorContrast(page)).toEqual([]);
    await page.screenshot({ path: join(SCREENSHOTS, 'typing-zh-CN-phone.png'), fullPage: true });
    await page.keyboard.press('Backspace');
    await page.keyboard.type('u');

    expect(await feedback.innerText()).toBe('标识完整，校验字符正确。');
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('sends an identifier with spaces and small letters as it is printed', async () => {
    const page = await openPage();

    await typeAndSubmit(page, ` ${IDENTIFIER.toLowerCase().replace(/\./g, ' . ')} `);
    await expectVerdict(page, '有效', '证照有效');

    expect(bodies()).toEqual([{ identifier: IDENTIFIER }]);
  });

  it('takes the pasted content of a code', async () => {
    const page = await openPage();

    await typeAndSubmit(page, `https://licences.example.cn/v#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');

    expect(bodies()).toEqual([{ code: CODE }]);
  });

  it('sends nothing that is wrong, and takes the old verdict away', async () => {
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');

    await typeAndSubmit(page, `${IDENTIFIER.slice(0, -1)}V`);

    await page.locator('.verdict .word').waitFor({ state: 'detached' });
    expect(service.asked).toHaveLength(1);
    expect(await page.getByRole('textbox').evaluate((el) => el === document.activeElement)).toBe(
      true,
    );
  });
});

describe('files', () => {
  it('are uploaded when chosen', async () => {
    const page = await openPage();

    await page.locator('input[type=file]').setInputFiles({
      name: '营业执照.ofd',
      mimeType: 'application/ofd',
      buffer: Buffer.from('PK\u0003\u0004ofd'),
    });
    await expectVerdict(page, '有效', '证照有效');

    const { contentType, body } = service.asked[0]!;
    expect(contentType).toMatch(/^multipart\/form-data; boundary=/);
    expect(body.toString('utf8')).toContain('name="file"; filename="营业执照.ofd"');
    expect(body.toString('latin1')).toContain('PK\u0003\u0004ofd');
    expect(await page.locator('.facts').innerText()).toContain('营业执照.ofd');
    expect(complaints).toEqual([]);
  });

  it('are uploaded when dropped anywhere on the page', async () => {
    const page = await openPage();

    await drop(page, 'header', [{ name: 'a.pdf', content: Buffer.from('%PDF-1.7 licence') }]);
    await expectVerdict(page, '有效', '证照有效');

    expect(service.asked[0]!.body.toString('latin1')).toContain('%PDF-1.7 licence');
  });

  it('are refused when there are two or one is empty', async () => {
    const page = await openPage();
    const pdf = { name: 'a.pdf', content: Buffer.from('%PDF') };

    await drop(page, 'main', [pdf, pdf]);
    await page.getByText('一次只能查验一个文件。').waitFor();
    await drop(page, 'main', [{ name: 'a.pdf', content: Buffer.alloc(0) }]);
    await page.getByText('这个文件是空的').waitFor();

    expect(service.asked).toEqual([]);
  });

  it('that are pictures are read here and not uploaded', async () => {
    const page = await openPage();
    const picture = await drawCode(`${service.origin}/v#`);

    await drop(page, 'main', [{ name: 'code.png', content: picture }]);
    await expectVerdict(page, '有效', '证照有效');

    expect(bodies()).toEqual([{ code: CODE }]);
    expect(complaints).toEqual([]);
  });

  it('that are pictures lose against what is asked for while they are read', async () => {
    const page = await openPage();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/*.wasm', async (route) => {
      await held;
      await route.continue();
    });

    await drop(page, 'main', [
      { name: 'code.png', content: await drawCode(`${service.origin}/v#`) },
    ]);
    await page.getByText('正在识别图片').waitFor();
    await typeAndSubmit(page, IDENTIFIER);
    await expectVerdict(page, '有效', '证照有效');
    release();
    await page.getByText('正在识别图片').waitFor({ state: 'detached' });

    expect(bodies()).toEqual([{ identifier: IDENTIFIER }]);
  });

  it('that are pictures without a code say so', async () => {
    const page = await openPage();

    await drop(page, 'main', [{ name: 'page.png', content: await page.screenshot() }]);
    await page.getByText('图片里没有找到证照二维码').waitFor();
    await drop(page, 'main', [{ name: 'x.png', content: Buffer.from('\x89PNG broken', 'latin1') }]);
    await page.getByText('打不开这个文件').waitFor();

    expect(service.asked).toEqual([]);
  });
});

describe('when there is no verdict', () => {
  it('shows code and sentence of a problem as they came', async () => {
    service.reply = () => ({
      status: 422,
      body: {
        title: 'Not a code',
        detail: 'the digits stop too early <b>',
        code: 'CODE_MALFORMED',
      },
      headers: { 'Content-Type': 'application/problem+json' },
    });

    const page = await openPage('#YX1.1', { locale: 'en' });
    await expectVerdict(page, 'Cannot tell', 'does not recognise');

    expect(await page.locator('.facts').innerText()).toMatch(
      /Not a code\s+the digits stop too early <b>[^]*CODE_MALFORMED/,
    );
    expect(await page.getByRole('button', { name: 'Verify again' }).count()).toBe(0);
    await page.screenshot({ path: join(SCREENSHOTS, 'problem-en-phone.png'), fullPage: true });
  });

  it('says how long to wait when there were too many requests', async () => {
    service.reply = () => ({
      status: 429,
      body: { title: 'Too many requests', detail: 'slow down', code: 'RATE_LIMITED' },
      headers: { 'Retry-After': '3' },
    });

    const page = await openPage('#YX1.1');
    await expectVerdict(page, '无法判定', '查验过于频繁');

    await page.getByText('请在 3 秒后重试。').waitFor();
  });

  it('cannot tell without an answer, and verifies on retry', async () => {
    service.reply = () => null;
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '无法判定', '没有得到查验服务的答复');
    await page.screenshot({ path: join(SCREENSHOTS, 'offline-zh-CN-phone.png'), fullPage: true });

    service.reply = () => ({ status: 200, body: buildReport() });
    await page.getByRole('button', { name: '重新查验' }).click();

    await expectVerdict(page, '有效', '证照有效');
    expect(bodies().at(-1)).toEqual({ code: CODE });
  });

  it('cannot tell when the answer is not a whole report', async () => {
    service.reply = () => ({ status: 200, body: { indication: 'TOTAL-PASSED' } });

    const page = await openPage(`#${CODE}`);

    await expectVerdict(page, '无法判定', '没有得到查验服务的答复');
  });
});

describe('an old verdict', () => {
  it('is gone while the next one is on its way, and a late answer does not bring it back', async () => {
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效');
    let release = (): void => undefined;
    const after = new Promise<void>((resolve) => {
      release = resolve;
    });
    service.reply = ({ body }) =>
      body.includes('YX1.1')
        ? { status: 200, body: buildReport({ statement: '迟到的答复' }), after }
        : { status: 200, body: buildReport({ ...REPORTS.failed, statement: '证照已被吊销。' }) };

    await typeAndSubmit(page, 'YX1.1');
    await page.getByText('正在查验').waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'checking-zh-CN-phone.png'), fullPage: true });
    await typeAndSubmit(page, IDENTIFIER);
    await expectVerdict(page, '无效', '证照已被吊销。');
    release();
    await page.waitForTimeout(200);

    await expectVerdict(page, '无效', '证照已被吊销。');
  });

  it('is withdrawn after ten minutes', async () => {
    const page = await openPage();
    await page.clock.install();
    await typeAndSubmit(page, IDENTIFIER);
    await expectVerdict(page, '有效', '证照有效');

    await page.clock.fastForward('10:30');
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

    await expectVerdict(page, '结果已过时', '请重新查验');
    await page.screenshot({ path: join(SCREENSHOTS, 'expired-zh-CN-phone.png'), fullPage: true });
  });
});

describe('the language', () => {
  it('is switched with the verdict, sent to the service, and remembered', async () => {
    service.reply = ({ language }) => ({
      status: 200,
      body: buildReport({ statement: language === 'en' ? 'It is valid.' : '证照有效。' }),
    });
    const page = await openPage(`#${CODE}`);
    await expectVerdict(page, '有效', '证照有效。');

    await page.getByRole('button', { name: 'English' }).click();
    await expectVerdict(page, 'Valid', 'It is valid.');
    await page.reload();
    await expectVerdict(page, 'Valid', 'It is valid.');

    expect(service.asked.map(({ language }) => language)).toEqual(['zh-CN', 'en', 'en']);
    expect(await page.title()).toBe('Yinxin · Public verification');
  });
});

describe('with the keyboard alone', () => {
  it('every control is reached in order, shows its focus and works', async () => {
    const page = await openPage('', { locale: 'en', viewport: DESKTOP });
    const reached: string[] = [];
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      reached.push(await describeFocus(page));
    }
    await page.screenshot({ path: join(SCREENSHOTS, 'focus-en-desktop.png') });

    expect(reached).toEqual([
      'Follow a case outlined',
      'Sign in outlined',
      '中文 outlined',
      'English outlined',
      'entry outlined',
      'Verify outlined',
      'Scan a code outlined',
      'file outlined',
    ]);
    await page.getByRole('textbox').focus();
    await page.keyboard.type(IDENTIFIER);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expectVerdict(page, 'Valid', '证照有效');
    await page.locator('summary').focus();
    await page.keyboard.press('Space');
    await page.getByText('The licence is in force').waitFor();
  });
});

describe('the camera', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yinxin-camera-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  it.each<[string, Scene]>([
    ['straight', {}],
    ['a little askew', { degrees: 12 }],
    ['upside down', { degrees: 180 }],
    ['at half a right angle', { degrees: 45 }],
    ['out of focus', { blur: 3 }],
    ['in bad light', { dark: 70, light: 125 }],
    ['askew, out of focus, in bad light', { degrees: -20, blur: 2, dark: 60, light: 140 }],
  ])('reads the code of a licence that is held %s, and verifies it', async (_, scene) => {
    const film = join(folder, 'code.y4m');
    await writeFile(film, filmCode(`${service.origin}/v#`, scene));
    const camera = await openBrowser({ flags: filming(film) });
    const page = await openPage('', { permissions: ['camera'] }, camera);

    await page.getByRole('button', { name: '扫描二维码' }).click();
    await expectVerdict(page, '有效', '证照有效');

    expect(bodies()).toEqual([{ code: CODE }]);
    expect(await page.locator('dialog').count()).toBe(0);
    expect(complaints).toEqual([]);
    await camera.close();
  });

  it('says so when it is not there, and closes by keyboard', async () => {
    const page = await openPage('');

    await page.getByRole('button', { name: '扫描二维码' }).press('Enter');
    await page.getByText(/没有找到相机|没有得到相机使用许可/).waitFor();
    await page.screenshot({ path: join(SCREENSHOTS, 'camera-zh-CN-phone.png') });
    await page.keyboard.press('Escape');

    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(await describeFocus(page)).toContain('扫描二维码');
  });
});

describe('what is loaded', () => {
  it('stays small at first, and has neither font nor code reader', async () => {
    const page = await openPage();
    await page.getByRole('textbox').waitFor();
    await page.waitForLoadState('networkidle');

    const files = service.paths.filter((path) => path.startsWith('/v/'));
    const bytes = files.map(
      (path) => gzipSync(readFileSync(join(DIST, path.replace('/v/', '')))).length,
    );

    expect(files.filter((path) => /woff|wasm|noto|400/.test(path))).toEqual([]);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_FIRST_LOAD_BYTES);
  });

  it('has parts of a Chinese font on a machine without one', async () => {
    const bare = await openBrowser({ hasFonts: false });
    try {
      const page = await openPage(`#${CODE}`, {}, bare);
      await expectVerdict(page, '有效', '证照有效');
      await page.waitForLoadState('networkidle');
      await page.evaluate(() => document.fonts.ready);
      await page.screenshot({ path: join(SCREENSHOTS, 'no-font-phone.png'), fullPage: true });

      const parts = service.paths.filter((path) => path.endsWith('.woff2'));
      const elements = ['.word', '.sentence', 'h2', 'label', '.note', 'dt', 'dd', 'footer p'];
      for (const element of elements) {
        expect(await listFonts(page, element)).toEqual(['Noto Sans SC']);
      }
      expect(parts.length).toBeGreaterThan(1);
      expect(parts.length).toBeLessThan(globSync(join(DIST, 'assets/*.woff2')).length / 2);
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
      await bare.close();
    }
  });
});

const DIST = join(import.meta.dirname, '../../web/dist/page');

async function describeFocus(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const shown = element.matches('input[type=file]') ? element.closest('label') : element;
    const isOutlined = getComputedStyle(shown ?? element).outlineStyle === 'solid';
    const title = element.querySelector('.title')?.textContent ?? element.textContent.trim();
    const name = element.matches('input') ? 'file' : element.id === '' ? title : element.id;
    return `${name} ${isOutlined ? 'outlined' : 'bare'}`;
  });
}

interface Dropped {
  readonly name: string;
  readonly content: Buffer;
}

async function drop(page: Page, selector: string, files: readonly Dropped[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const made = new DataTransfer();
      for (const { name, content } of given) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        made.items.add(new File([bytes], name));
      }
      return made;
    },
    files.map(({ name, content }) => ({ name, content: content.toString('base64') })),
  );
  await page.locator(selector).first().dispatchEvent('dragover', { dataTransfer: transfer });
  await page.locator(selector).first().dispatchEvent('drop', { dataTransfer: transfer });
}

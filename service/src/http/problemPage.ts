/** A problem as a page, for what a browser opens by itself. Nothing of the request stands in it. */
import type { ErrorCode } from '../errors.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

const OTHER: Words = {
  zh: '登录未完成，请重新登录。',
  en: 'You are not signed in. Please try again.',
};

const WORDS: Readonly<Partial<Record<ErrorCode, Words>>> = {
  IDENTITY_PROVIDER_UNAVAILABLE: {
    zh: '统一身份认证平台暂时无法访问，请稍后再试。',
    en: 'The identity provider is out of reach. Please try again later.',
  },
  IDENTITY_UNKNOWN: {
    zh: '该身份在本系统没有可用的账号，请联系本单位的安全管理员。',
    en: 'No account here goes with this identity. Please ask your security administrator.',
  },
  IDENTITY_REFUSED: {
    zh: '统一身份认证未通过，或者登录已超时，请重新登录。',
    en: 'The identity provider did not vouch for you, or it took too long. Please sign in again.',
  },
  IDENTITY_ALREADY_BOUND: {
    zh: '该持证人已绑定另一个身份，请联系安全管理员。',
    en: 'This holder signs in by another identity. Please ask the security administrator.',
  },
  NOT_FOUND: {
    zh: '本系统没有接入统一身份认证平台。',
    en: 'There is no identity provider here.',
  },
};

/** The page runs no script and loads nothing; it styles itself. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** @returns HTML in both languages. */
export function problemPage(problem: Readonly<{ code: ErrorCode; requestId: string }>): string {
  const { zh, en } = WORDS[problem.code] ?? OTHER;
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>登录 Sign in · 印信 Yinxin</title>
<main style="font: 1.1rem/1.6 sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1 style="font-size: 1.4rem">未能登录 <span lang="en">Not signed in</span></h1>
<p>${zh}</p>
<p lang="en">${en}</p>
<p><a href="/">返回首页 <span lang="en">Back</span></a></p>
<p style="color: #555; font-size: .85rem">${problem.code} · ${problem.requestId}</p>
</main>
</html>
`;
}

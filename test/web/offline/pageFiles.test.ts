import { describe, expect, it } from '@jest/globals';
import { PAGE, sourceOf, type PageRequest } from '../../../web/src/offline/pageFiles.ts';

const ORIGIN = 'https://licences.example.cn';
const paths = new Set([PAGE, '/v/assets/index-a1.js', '/v/app.en.webmanifest']);

function source(path: string, request: Partial<PageRequest> = {}): string {
  const asked = { method: 'GET', url: new URL(path, ORIGIN).href, isNavigation: false, ...request };
  return sourceOf(asked, { origin: ORIGIN, paths });
}

describe('sourceOf', () => {
  it.each(['/v', '/v/', '/v#YX1.1', '/v?x=1', '/v/anything'])(
    'opens the kept page at %s',
    (path) => {
      expect(source(path, { isNavigation: true })).toBe('page');
    },
  );

  it.each(['/v/assets/index-a1.js', '/v/app.en.webmanifest', PAGE])('has %s', (path) => {
    expect(source(path)).toBe('file');
  });

  it('keeps parts of the font as they are needed', () => {
    expect(source('/v/assets/noto-sans-sc-100-400-normal-CX-7pUk_.woff2')).toBe('font');
  });

  it.each([
    '/api/v1/verifications',
    '/api/v1/trust-bundle',
    '/s/0',
    '/version',
    '/v1',
    '/',
    '/v/other.js',
    'https://elsewhere.example.cn/v',
  ])('leaves %s to the network', (path) => {
    expect(source(path)).toBe('network');
    if (!path.startsWith('/v/')) expect(source(path, { isNavigation: true })).toBe('network');
  });

  it('answers nothing but GET', () => {
    expect(source('/v', { method: 'POST', isNavigation: true })).toBe('network');
  });
});

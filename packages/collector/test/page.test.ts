import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { runCollector } from './running-collector.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'spanwise-page-'));
mkdirSync(path.join(directory, 'assets'));
writeFileSync(path.join(directory, 'index.html'), '<html><head><title>Page</title></head><body></body></html>');
writeFileSync(path.join(directory, 'assets/main-B2cd_9-x.js'), 'export {};');
writeFileSync(path.join(directory, 'favicon.svg'), '<svg/>');
afterAll(() => rmSync(directory, { recursive: true }));

const running = () => runCollector({}, { pageDirectory: directory });

describe('the page', () => {
  it.each(['/', '/index.html', '/traces', '/traces/7?span=1', '/apiary', '/services/shop.js'])(
    'is served at %s',
    async (route) => {
      const { main } = await running();
      const answer = await fetch(main + route);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(await answer.text()).toContain('<title>Page</title>');
    },
  );

  it('loads nothing from elsewhere, and gets a nonce for its styles that is new each time', async () => {
    const { main } = await running();
    const nonces = new Set<string>();
    for (let round = 0; round < 2; round++) {
      const answer = await fetch(main);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(await answer.text()).toContain(`<meta property="csp-nonce" nonce="${nonce}">`);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(2);
  });

  it('keeps files whose name has a hash for good, and asks again for others', async () => {
    const { main } = await running();
    const script = await fetch(`${main}/assets/main-B2cd_9-x.js`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const icon = await fetch(`${main}/favicon.svg`);
    expect([icon.headers.get('content-type'), icon.headers.get('cache-control')]).toEqual([
      'image/svg+xml',
      'no-cache',
    ]);
    const again = await fetch(`${main}/favicon.svg`, { headers: { 'if-none-match': icon.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it.each([
    '/assets/main-gone1234.js',
    '/gone.svg',
    '/api/gone',
    '/api/v2/gone',
    '/zipkin/api/gone',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2f..%2fpackage.json',
  ])('is not served in place of %s', async (route) => {
    const { main } = await running();
    expect((await fetch(main + route)).status).toBe(404);
  });

  it('is read only', async () => {
    const { main } = await running();
    expect((await fetch(main, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(main, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${main}/traces`, { method: 'POST' })).status).toBe(404);
  });

  it('says how to build it when it is not built', async () => {
    const { main } = await runCollector({}, { pageDirectory: path.join(directory, 'absent') });
    const answer = await fetch(main);
    expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await fetch(`${main}/health`)).status).toBe(200);
  });
});

import { describe, expect, it } from 'vitest';

import { CallerCheck } from './caller-check.ts';

const check = new CallerCheck('127.0.0.1', ['https://shop.example']);

describe('a reader', () => {
  it.each(['127.0.0.1:9411', 'localhost:9411', 'LOCALHOST', '[::1]:9411', '127.0.0.2:80', 'spanwise.localhost:9411'])(
    'may call this collector %s',
    (host) => expect(() => check.checkReader({ host })).not.toThrow(),
  );

  it.each([
    'evil.example:9411',
    '127.0.0.1.evil.example',
    'localhost.evil.example:9411',
    '10.0.0.1:9411',
    '0.0.0.0:9411',
    '[::2]:9411',
    '',
    undefined,
  ])('may not call it %s: a name that was rebound to loopback', (host) =>
    expect(() => check.checkReader({ host })).toThrow('is not a name of this collector'),
  );

  it('may be a page of this very server', () => {
    const headers = {
      host: 'localhost:9411',
      origin: 'http://localhost:9411',
      'sec-fetch-site': 'same-origin',
    } as const;
    expect(() => check.checkReader(headers)).not.toThrow();
  });

  it.each([
    'https://evil.example',
    'http://localhost:3000',
    'https://localhost:9411',
    'http://127.0.0.1:9411',
    'https://shop.example',
    'null',
  ])('may not be a page of %s', (origin) =>
    expect(() => check.checkReader({ host: 'localhost:9411', origin })).toThrow('other web sites'),
  );

  it.each(['cross-site', 'same-site'])('may not load an answer into a %s page, but follow a link', (site) => {
    const headers = { host: 'localhost:9411', 'sec-fetch-site': site };
    expect(() => check.checkReader({ ...headers, 'sec-fetch-mode': 'no-cors' })).toThrow('other web sites');
    expect(() => check.checkReader({ ...headers, 'sec-fetch-mode': 'navigate' })).not.toThrow();
  });
});

describe('a sender', () => {
  it('without an origin is a program and welcome under any name', () =>
    expect(check.checkSender({ host: 'collector.internal:4318' })).toBeUndefined());

  it('of a listed origin is told so', () =>
    expect(check.checkSender({ origin: 'https://shop.example' })).toBe('https://shop.example'));

  it('of this very server is welcome', () =>
    expect(check.checkSender({ host: '[::1]:9411', origin: 'http://[::1]:9411' })).toBe('http://[::1]:9411'));

  it.each(['https://evil.example', 'http://shop.example', 'https://shop.example:444', 'null'])(
    'of %s is refused',
    (origin) =>
      expect(() => check.checkSender({ host: 'localhost', origin })).toThrow(`from pages of ${origin} are not taken`),
  );

  it('is refused when its own name was rebound to loopback', () =>
    expect(() => check.checkSender({ host: 'evil.example', origin: 'http://evil.example' })).toThrow('are not taken'));

  it('of any origin is welcome when all are listed', () =>
    expect(new CallerCheck('127.0.0.1', ['*']).checkSender({ origin: 'https://any.example' })).toBe('*'));
});

import { expect, test } from 'vitest';

import { lowCardinalityPath, redactedUrl } from './http-path.ts';

test.each([
  ['/', '/'],
  ['', '/'],
  ['*', '*'],
  ['/cart/1234/items?page=2', '/cart/:id/items'],
  ['/cart#top', '/cart'],
  ['/v2/app.js', '/v2/app.js'],
  ['/user/3fa85f64-5717-4562-b3fc-2c963f66afa6', '/user/:id'],
  ['/user/fa85f645717', '/user/:id'],
  ['/user/decade/facade', '/user/decade/facade'],
  ['/user/deadbeef', '/user/deadbeef'],
  ['/user/dead-b33f', '/user/:id'],
  ['/user/dead-b3', '/user/dead-b3'],
  ['/user/DEADB33F', '/user/:id'],
  ['/user/deadb33g', '/user/deadb33g'],
  ['/users:batch', '/:id'],
  ['/mail/ann@example.org', '/mail/:id'],
  ['/search/caf%C3%A9', '/search/:id'],
  ['/a23456789012345678901234', '/:id'],
  ['/abcdefghijklmnopqrstuvw', '/abcdefghijklmnopqrstuvw'],
  ['/abcdefghijklmnopqrstuvwx', '/:id'],
  ['/a/b/c/d/e/f', '/a/b/c/d/e/f'],
  ['/a/b/c/d/e/f/', '/a/b/c/d/e/f/*'],
  ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f/*'],
  ['/a/1/', '/a/:id/'],
  ['/1/2/c/d/e/f/7', '/:id/:id/c/d/e/f/*'],
  ['http://other.example/cart/7?x', '/cart/:id'],
  ['http://other.example', '/'],
  ['//double', '//double'],
])('%s is named %s', (target, name) => {
  expect(lowCardinalityPath(target)).toBe(name);
});

test.each([
  ['http://shop.example/cart?id=3', 'http://shop.example/cart?id=3'],
  ['http://ann:secret@shop.example/cart', 'http://shop.example/cart'],
  ['http://ann:se@cret@shop.example?x=a@b', 'http://shop.example?x=a@b'],
  ['http://shop.example/mail/ann@example.org', 'http://shop.example/mail/ann@example.org'],
  ['/cb?code=abc&state=s', '/cb?code=REDACTED&state=s'],
  ['/x?a=1&X-Amz-Signature=abc&API_KEY=k', '/x?a=1&X-Amz-Signature=REDACTED&API_KEY=REDACTED'],
  ['/x?monkey=banana#token=1', '/x?monkey=banana'],
])('%s is kept as %s', (url, kept) => {
  expect(redactedUrl(url)).toBe(kept);
});

test('what OpenTelemetry takes out of queries is taken out', () => {
  for (const name of ['sig', 'Signature', 'AWSAccessKeyId', 'X-Goog-Signature'])
    expect(redactedUrl(`http://shop.example/a?x=1&${name}=secret&y=2`)).toBe(
      `http://shop.example/a?x=1&${name}=REDACTED&y=2`,
    );
});

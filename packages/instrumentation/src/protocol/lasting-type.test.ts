import { expect, test } from 'vitest';

import { lastingType } from './lasting-type.ts';

test.each([
  ['text/event-stream', 'text/event-stream'],
  ['Text/Event-Stream; charset=utf-8', 'text/event-stream'],
  ['multipart/x-mixed-replace; boundary=x', 'multipart/x-mixed-replace'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['video/mp4', 'video/mp4'],
  ['application/octet-stream', 'application/octet-stream'],
  ['application/json', undefined],
  ['text/html', undefined],
  ['multipart/form-data; boundary=text/event-stream', undefined],
  [undefined, undefined],
])('%s: %s', (given, type) => {
  expect(lastingType(given)).toBe(type);
});

import { expect, it } from 'vitest';

import { withoutSecrets } from './without-secrets.ts';

it.each([
  ['http://host:4318/v1/traces', 'http://host:4318/v1/traces'],
  ['http://user:pass@host/path', 'http://…@host/path'],
  ['user:p@ss@host', '…@host'],
  ['host:4318?token=secret', 'host:4318?…'],
  ['/path#secret', '/path#…'],
  ['http://user:pass@host?token=x', 'http://…@host?…'],
  ['http://host?user=a@b', 'http://…'],
  ['?secret@', '…'],
  ['', ''],
])('%s is shown as %s', (value, shown) => {
  expect(withoutSecrets(value)).toBe(shown);
});

import { expect, test } from 'vitest';

import { rpcMethodOf, rpcSpanName } from './rpc-method.ts';

test.each([
  ['/shop.Catalogue/Find', 'shop.Catalogue', 'Find', 'shop.Catalogue/Find'],
  ['/Catalogue/Find', 'Catalogue', 'Find', 'Catalogue/Find'],
  ['/a/b/Find', 'a/b', 'Find', 'a/b/Find'],
  ['/Find', '', 'Find', 'Find'],
  ['shop.Catalogue/Find', 'shop.Catalogue', 'Find', 'shop.Catalogue/Find'],
  ['Find', '', 'Find', 'Find'],
  ['', '', '', ''],
])('%j is service %j and method %j, named %j', (path, service, method, name) => {
  const read = rpcMethodOf(path);
  expect([read, rpcSpanName(read)]).toEqual([{ service, method }, name]);
});

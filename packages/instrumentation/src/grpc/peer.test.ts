import { expect, test } from 'vitest';

import { parsePeer } from './peer.ts';

test.each([
  ['127.0.0.1:50051', '127.0.0.1', 50051],
  ['[::1]:50051', '::1', 50051],
  ['::1:50051', '::1', 50051],
  ['::ffff:10.0.0.1:443', '::ffff:10.0.0.1', 443],
  ['dns:localhost:50051', undefined, undefined],
  ['dns:127.0.0.1:50051', undefined, undefined],
  ['localhost:50051', undefined, undefined],
  ['/tmp/catalogue.sock', undefined, undefined],
  ['unknown', undefined, undefined],
  ['', undefined, undefined],
])('%j is %s and port %s', (text, address, port) => {
  expect(parsePeer(text)).toEqual({ address, port });
});

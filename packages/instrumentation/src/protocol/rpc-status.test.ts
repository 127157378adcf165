import { status } from '@grpc/grpc-js';
import { expect, test } from 'vitest';

import { isServerError, rpcStatusName } from './rpc-status.ts';

test('every code of gRPC has its name', () => {
  const codes = Object.values(status).filter((code): code is number => typeof code === 'number');
  expect(codes.map(rpcStatusName)).toEqual(codes.map((code) => status[code]));
  expect(codes).toHaveLength(17);
});

test.each([-1, 17, 99])('%d, which is none of them, is a server’s error and its own name', (code) => {
  expect([rpcStatusName(code), isServerError(code)]).toEqual([String(code), true]);
});

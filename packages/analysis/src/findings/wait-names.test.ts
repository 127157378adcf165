import { expect, test } from 'vitest';
import { isConnectionWait, isLockWait } from './wait-names.ts';

test.each([
  ['acquireLock', true],
  ['acquire_lock', true],
  ['getlock', true],
  ['Lock.acquire', true],
  ['mutex wait', true],
  ['waiting for the row lock', true],
  ['acquireAdvisoryXactLock', true],
  ['acquireSharedAdvisoryXactLock', false],
  ['RedisRWLock.acquired', true],
  ['take semaphore 3', true],
  ['getBlock', false],
  ['getblock', false],
  ['target lock', false],
  ['forget mutex', false],
  ['clock wait', false],
  ['release lock', false],
  ['lock and get', false],
])('%s waits for a lock: %s', (name, waits) => {
  expect(isLockWait(name)).toBe(waits);
});

test.each([
  ['pool.connect', true],
  ['pgPool checkout', true],
  ['pool_getConnection', true],
  ['acquire connection', true],
  ['getconnection', true],
  ['connection-acquire', true],
  ['carpool wait', false],
  ['forgetConnection', false],
  ['close connection', false],
  ['spool.connect', false],
])('%s waits for a connection: %s', (name, waits) => {
  expect(isConnectionWait(name)).toBe(waits);
});

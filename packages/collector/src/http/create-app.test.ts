import { expect, it } from 'vitest';

import { createApp } from './create-app.ts';

it.each([
  [50, 120_000],
  [30_000, 120_000],
  [30_001, 120_002],
  [600_000, 1_260_000],
])('lets a body that may take %i ms arrive before the server ends the request', (bodyTimeoutMillis, expected) => {
  const app = createApp(bodyTimeoutMillis, (_refusal, _request, reply) => reply.code(400));
  expect(app.server.requestTimeout).toBe(expected);
});

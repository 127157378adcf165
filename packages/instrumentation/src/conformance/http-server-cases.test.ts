import { describe, it } from 'vitest';

import { nodeHttpServer } from './fixtures/node-http-server.ts';
import { plainHttpServer, soundServerSteps } from './fixtures/plain-http-server.ts';
import { httpServerCases } from './http-server-cases.ts';

// Node does not look at what a listener returns, and tells the instrumentation that a listener threw, not what.
describe('instrumentHttp, for servers of node:http', () => {
  for (const { name, run } of httpServerCases(nodeHttpServer, { rejections: false, errorLogs: false })) it(name, run);
});

describe('an adapter for a server that is written with the API alone', () => {
  for (const { name, run } of httpServerCases(plainHttpServer(soundServerSteps))) it(name, run);
});

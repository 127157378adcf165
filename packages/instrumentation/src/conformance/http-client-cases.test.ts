import { describe, it } from 'vitest';

import { fetchClient } from './fixtures/fetch-client.ts';
import { nodeHttpClient } from './fixtures/node-http-client.ts';
import { plainHttpClient, soundClientSteps } from './fixtures/plain-http-client.ts';
import { httpClientCases } from './http-client-cases.ts';

describe('instrumentHttp, for clients of node:http', () => {
  for (const { name, run } of httpClientCases(nodeHttpClient)) it(name, run);
});

// The span ends with the headers of the response, since the body is the application's to read or not.
describe('instrumentFetch', () => {
  for (const { name, run } of httpClientCases(fetchClient, { wholeResponse: false })) it(name, run);
});

describe('an adapter for a client that is written with the API alone', () => {
  for (const { name, run } of httpClientCases(plainHttpClient(() => soundClientSteps))) it(name, run);
});

import type { ConformanceCase } from '@spanwise/opentracing/conformance';

import { ClientBench, type ClientRequirement } from './client/bench.ts';
import { contextCases, untracedCases } from './client/context-cases.ts';
import { abortCases, endingCases, requireGuarded, timeoutCases } from './client/ending-cases.ts';
import { peerCases, spanCases, wholeResponseCases } from './client/span-cases.ts';
import type { CreateHttpClient, HttpClientCapabilities } from './client/under-test.ts';
import { apart } from './spans.ts';
import { usedAndClosed } from './waiting.ts';

/**
 * The requirements on an instrumentation of HTTP clients, for any client and as cases for any test framework. They are
 * what `@spanwise/instrumentation/http` and `/fetch` do for theirs:
 *
 * ```ts
 * for (const { name, run } of httpClientCases(create, { timeouts: false })) it(name, run);
 * ```
 *
 * The server that is called runs in the same process. It goes past a replaced `http.Server.prototype.emit`; an
 * instrumentation of servers that sees it all the same must be switched off meanwhile.
 *
 * @param create makes a client, traced with the given tracer or untouched; called up to twice a case, one after another
 */
export function httpClientCases(
  create: CreateHttpClient,
  capabilities: HttpClientCapabilities = {},
): ConformanceCase[] {
  const cases = Object.entries(requirementsFor(capabilities)).map(([name, test]) => ({
    name,
    run: () => apart(() => usedAndClosed(new ClientBench(create, capabilities), test)),
  }));
  const guarded = {
    name: 'a tracer that fails does not reach the application',
    run: () => apart(() => requireGuarded(create, capabilities)),
  };
  return capabilities.guarded === false ? cases : [...cases, guarded];
}

function requirementsFor(capabilities: HttpClientCapabilities): Record<string, ClientRequirement> {
  const { peer, untraced, abort, timeouts, wholeResponse } = capabilities;
  return {
    ...spanCases,
    ...(peer !== false && peerCases),
    ...(wholeResponse !== false && wholeResponseCases),
    ...contextCases,
    ...(untraced !== false && untracedCases),
    ...endingCases,
    ...(abort !== false && abortCases),
    ...(timeouts !== false && timeoutCases),
  };
}

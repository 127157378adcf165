import type { ConformanceCase } from '@spanwise/opentracing/conformance';

import { ServerBench, type ServerRequirement } from './server/bench.ts';
import { contextCases, filterCases } from './server/context-cases.ts';
import {
  endingCases,
  errorLogCases,
  rejectionCases,
  requireGuarded,
  streamingEndingCases,
} from './server/ending-cases.ts';
import { peerCases, routeCases, spanCases, streamingCases, unroutedCases } from './server/span-cases.ts';
import type { CreateHttpServer, HttpServerCapabilities } from './server/under-test.ts';
import { apart } from './spans.ts';
import { usedAndClosed } from './waiting.ts';

/**
 * The requirements on an instrumentation of HTTP servers, for any server and as cases for any test framework. They are
 * what `@spanwise/instrumentation/http` does for `node:http`:
 *
 * ```ts
 * for (const { name, run } of httpServerCases(create, { routes: false })) it(name, run);
 * ```
 *
 * The kit makes its own requests with `new http.ClientRequest()`. An instrumentation of clients that sees those too must
 * be switched off meanwhile, for its spans would be counted.
 *
 * @param create starts a server with the given routes, traced with the given tracer; called once a case, sometimes twice
 */
export function httpServerCases(
  create: CreateHttpServer,
  capabilities: HttpServerCapabilities = {},
): ConformanceCase[] {
  const cases = Object.entries(requirementsFor(capabilities)).map(([name, test]) => ({
    name,
    run: () => apart(() => usedAndClosed(new ServerBench(create, capabilities), test)),
  }));
  const guarded = {
    name: 'a tracer that fails does not reach the application',
    run: () => apart(() => requireGuarded(create, capabilities)),
  };
  return capabilities.guarded === false ? cases : [...cases, guarded];
}

function requirementsFor(capabilities: HttpServerCapabilities): Record<string, ServerRequirement> {
  const { peer, routes, unrouted, filter, streaming, errorLogs, rejections } = capabilities;
  return {
    ...spanCases,
    ...(peer !== false && peerCases),
    ...(routes !== false && routeCases),
    ...(unrouted !== false && unroutedCases),
    ...contextCases,
    ...(filter !== false && filterCases),
    ...endingCases,
    ...(errorLogs !== false && errorLogCases),
    ...(rejections !== false && rejectionCases),
    ...(streaming !== false && { ...streamingCases, ...streamingEndingCases }),
  };
}

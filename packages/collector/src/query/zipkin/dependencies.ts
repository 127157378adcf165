import type { ServiceEdge, SumsQuery } from '@spanwise/wire/query';

import type { ZipkinQuery } from './parse-search.ts';
import { dayMillis, endMicrosOf, positive } from './parse-search.ts';

/** Calls from one service to another, as Zipkin says it. */
export interface DependencyLink {
  readonly parent: string;
  readonly child: string;
  readonly callCount: number;
  /** Absent when there were none. */
  readonly errorCount?: number | undefined;
}

/**
 * The range that `GET /api/v2/dependencies` asks for, in milliseconds: up to `endTs`, `lookback` long, a day when absent.
 *
 * @throws {RefusedRequest} for numbers that are none or out of their range.
 */
export function parseDependencies(query: ZipkinQuery, nowMillis: number): SumsQuery {
  const endTs = positive(query, 'endTs') ?? nowMillis;
  const lookback = positive(query, 'lookback') ?? dayMillis;
  return { startMicros: Math.max(0, endTs - lookback) * 1000, endMicros: endMicrosOf(endTs) };
}

/** Links of edges: names in lower case, calls to databases and brokers among them, counts in whole numbers. */
export function dependencyLinks(edges: readonly ServiceEdge[]): DependencyLink[] {
  const links = new Map<string, { parent: string; child: string; calls: number; errors: number }>();
  for (const { caller, callee, count, errors } of edges) {
    const parent = caller.toLowerCase();
    const child = callee.toLowerCase();
    const key = JSON.stringify([parent, child]);
    const link = links.get(key) ?? { parent, child, calls: 0, errors: 0 };
    link.calls += count;
    link.errors += errors;
    links.set(key, link);
  }
  return [...links.values()].map(({ parent, child, calls, errors }) => {
    const errorCount = Math.round(errors);
    return { parent, child, callCount: Math.round(calls), ...(errorCount === 0 ? {} : { errorCount }) };
  });
}

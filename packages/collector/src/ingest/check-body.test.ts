import { describe, expect, it } from 'vitest';

import { checkBody } from './check-body.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('bodies that nest deeply', () => {
  it.each([
    ['zipkin-json', 3, `[{"traceId":"1","id":"1","tags":{"k":${nested(20_000)}}}]`],
    ['otlp-json', 2, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":${nested(20_000)}}]}]}]}`],
  ] as const)('are malformed and not a fault of ours (%s)', (_, format, body) => {
    expect(checkBody(format, Buffer.from(body))).toEqual({ malformed: expect.any(String) as string });
  });
});

import { describe, expect, it } from 'vitest';
import { findTraceId } from './trace-id.ts';

const id = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('findTraceId', () => {
  it.each([
    [id],
    [` ${id.toUpperCase()}\n`],
    [`00-${id}-00f067aa0ba902b7-01`],
    [`traceparent: 00-${id}-00f067aa0ba902b7-01`],
    [`${id}-00f067aa0ba902b7-1`],
    [`${id}:00f067aa0ba902b7:0:1`],
    [`http://127.0.0.1:9411/trace/${id}?span=1`],
    [`http://zipkin/zipkin/traces/${id}`],
    [`{"trace_id":"${id}"}`],
  ])('finds it in %j', (text) => {
    expect(findTraceId(text)).toBe(id);
  });

  it('takes 64-bit ids', () => {
    expect(findTraceId('a3ce929d0e0e4736')).toBe('a3ce929d0e0e4736');
  });

  it.each(['', 'hello', 'cafe', '0'.repeat(32), `${id}ff`, 'g'.repeat(32)])('refuses %j', (text) => {
    expect(findTraceId(text)).toBeUndefined();
  });
});

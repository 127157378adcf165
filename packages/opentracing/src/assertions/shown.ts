import type { MockSpan } from '../mock_tracer/mock_span.ts';

/** A value as messages show it. */
export function shown(value: unknown): string {
  const placeholder = (value as { toAsymmetricMatcher?: () => string } | null | undefined)?.toAsymmetricMatcher;
  try {
    if (typeof placeholder === 'function') return placeholder.call(value);
    return JSON.stringify(value, withContent) ?? String(value);
  } catch {
    return String(value); // a circle, a bigint
  }
}

/** What JSON would show as `{}`. */
function withContent(_key: string, value: unknown): unknown {
  if (value instanceof Map) return { Map: [...value] };
  if (value instanceof Set) return { Set: [...value] };
  return value instanceof Error || value instanceof RegExp ? String(value) : value;
}

/** A span as messages name it. */
export function named(span: MockSpan): string {
  return `"${span.operationName()}" (${span.uuid()})`;
}

/** The spans around those of an assertion: the trees of their tracers, each once. */
export function treesOf(spans: readonly MockSpan[]): string {
  const tracers = new Set(spans.map((span) => span.tracer() as { toTree?: () => string }));
  return [...tracers]
    .map((tracer) => `\n\n${tracer.toTree?.() ?? ''}`)
    .join('')
    .trimEnd();
}

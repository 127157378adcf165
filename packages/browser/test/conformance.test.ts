import type { Span, SpanContext } from '@spanwise/opentracing';
import { FORMAT_BINARY, FORMAT_TEXT_MAP, UnsupportedFormatException } from '@spanwise/opentracing';
import {
  apiCheck,
  scopeCheck,
  scopeManagerCases,
  scopeManagerExceptions,
  tracerCases,
} from '@spanwise/opentracing/conformance';
import { describe, expect, it } from 'vitest';

import { PageScopeManager } from '../src/page-scope-manager.ts';
import { PageTracer } from '../src/page-tracer.ts';
import type { PageSpanContext } from '../src/span-context.ts';

/** The suites also carry contexts in bytes, which pages do not: here as the text of their headers. */
class TracerWithBytes extends PageTracer {
  override inject(context: Span | SpanContext, format: string, carrier: { buffer?: Uint8Array }): void {
    if (format !== FORMAT_BINARY) return super.inject(context, format, carrier);
    const headers = {};
    super.inject(context, FORMAT_TEXT_MAP, headers);
    if (Object(carrier) === carrier) carrier.buffer = new TextEncoder().encode(JSON.stringify(headers));
  }

  override extract(format: string, carrier: { buffer?: Uint8Array } | null): PageSpanContext | null {
    if (format !== FORMAT_BINARY) return super.extract(format, carrier);
    try {
      return super.extract(FORMAT_TEXT_MAP, JSON.parse(new TextDecoder().decode(carrier?.buffer)));
    } catch {
      return null;
    }
  }
}

const create = (): PageTracer => new TracerWithBytes({ record: () => {} });

/** Not followed in pages: a generator's span ends when the function has returned it. */
const left: readonly string[] = [
  'extra: withActiveSpan notes what its generator throws',
  'extra: withActiveSpan notes what its asynchronous generator throws',
];

function asked<Case extends { readonly name: string }>(cases: readonly Case[]): Case[] {
  return cases.filter(({ name }) => !left.includes(name));
}

describe('as an OpenTracing tracer', () => {
  for (const { name, run } of asked(tracerCases(create, { headersKeepCase: true }))) it(name, run);
});

describe('by the API check', () => {
  const recorded: Record<string, string | undefined>[] = [];
  const createRecording = (): PageTracer =>
    new TracerWithBytes({ record: (json) => recorded.push(JSON.parse(json) as Record<string, string>) });

  /** The spans that are asked about may still be open: what a finished copy of the span would say. */
  function isParent(parent: Span | null, span: Span): boolean {
    span.finish();
    const record = recorded.find(({ spanId }) => spanId === span.context().toSpanId());
    return record?.['parentSpanId'] === parent?.context().toSpanId();
  }

  for (const { name, run } of asked(apiCheck(createRecording, { isParent }))) it(name, run);
});

describe('its scope manager', () => {
  const manager = (): PageScopeManager => new PageScopeManager();
  const capabilities = { asynchronous: false };
  for (const { name, run } of scopeManagerCases(manager, capabilities)) it(name, run);
  for (const { name, run } of scopeManagerExceptions(manager, capabilities)) it(name, run);
  for (const { name, run } of scopeCheck(() => create().scopeManager)) it(name, run);
});

it('knows no binary carriers, and says so', () => {
  const tracer = new PageTracer({ record: () => {} });
  const { name } = new UnsupportedFormatException(FORMAT_BINARY);
  expect(() => tracer.inject(tracer.startSpan('a'), FORMAT_BINARY, {})).toThrow(expect.objectContaining({ name }));
  expect(() => tracer.extract(FORMAT_BINARY, {})).toThrow(expect.objectContaining({ name }));
});

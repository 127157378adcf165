import { expect, it } from 'vitest';

import * as opentracing from '../src/index.ts';
import { MockContext, MockSpan, type MockReport } from '../src/mock.ts';

// TypeScript as written against npm opentracing's declarations; that it compiles is the better half of this test.

interface HttpTags {
  'http.method': string;
  'http.status_code': number;
}

class OldContext extends opentracing.SpanContext {
  private _id: string;
  constructor(id: string) {
    super();
    this._id = id;
  }
  override toSpanId(): string {
    return this._id;
  }
}

class OldSpan extends opentracing.Span {
  readonly seen: { [key: string]: any } = {};
  private _owner: OldTracer;
  constructor(owner: OldTracer) {
    super();
    this._owner = owner;
  }
  protected override _context(): OldContext {
    return new OldContext('1');
  }
  protected override _tracer(): opentracing.Tracer {
    return this._owner;
  }
  protected override _addTags(keyValuePairs: { [key: string]: any }): void {
    Object.assign(this.seen, keyValuePairs);
  }
  protected override _finish(_finishTime?: number): void {
    this._owner.finished.push(this);
  }
}

class OldTracer extends opentracing.Tracer {
  readonly finished: opentracing.Span[] = [];
  protected override _startSpan(_name: string, fields: opentracing.SpanOptions): OldSpan {
    const span = new OldSpan(this);
    if (fields.tags) span.addTags(fields.tags);
    return span;
  }
  protected override _inject(spanContext: OldContext, _format: string, carrier: { [key: string]: string }): void {
    carrier['id'] = spanContext.toSpanId();
  }
  protected override _extract(format: any, carrier: any): opentracing.SpanContext | null {
    return format === opentracing.FORMAT_TEXT_MAP ? new OldContext(carrier.id) : null;
  }
}

class OldMockTracer extends opentracing.MockTracer {
  protected override _allocSpan(): MockSpan {
    return new MockSpan(this);
  }
}

it('old code compiles and runs', () => {
  const tracer = new OldTracer();
  opentracing.initGlobalTracer(tracer);
  const tags: HttpTags = { 'http.method': 'GET', 'http.status_code': 200 };
  const span: opentracing.Span = opentracing.globalTracer().startSpan('a', { tags });
  span.addTags(tags).log(tags);
  const options: opentracing.SpanOptions = { childOf: span.context(), references: [opentracing.followsFrom(span)] };
  const child: OldSpan = opentracing.globalTracer().startSpan('b', options) as OldSpan;
  child.setTag(opentracing.Tags.HTTP_METHOD, 'GET');
  child.finish();
  const carrier: { id?: string } = {};
  tracer.inject(child, opentracing.FORMAT_TEXT_MAP, carrier);
  const context: opentracing.SpanContext | null = tracer.extract(opentracing.FORMAT_TEXT_MAP, carrier);
  expect([carrier.id, context?.toSpanId(), tracer.finished.length]).toEqual(['1', '1', 1]);
  expect(child.seen).toEqual({ [opentracing.Tags.HTTP_METHOD]: 'GET' });
  opentracing.initGlobalTracer(new opentracing.Tracer());
});

it('old tests with the mock tracer compile and run', () => {
  const tracer: opentracing.MockTracer = new OldMockTracer();
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- as people wrote it for npm opentracing
  const span = tracer.startSpan('a') as MockSpan;
  span.addTags({ key: 'value' });
  span.finish();
  const report: MockReport = tracer.report();
  const first: MockSpan | null = report.firstSpanWithTagValue('key', 'value');
  expect(first?.operationName()).toBe('a');
  expect(first?._finishMs).toBeGreaterThan(0);
  expect(new MockContext(span).span().uuid()).toBe(span.uuid());
});

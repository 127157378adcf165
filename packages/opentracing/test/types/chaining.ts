import { Span, Tracer, type KeyValues, type SpanContext, type SpanOptions } from '@spanwise/opentracing';
import type { MockContext, MockSpan } from '@spanwise/opentracing/mock';

// oxlint-disable typescript/no-explicit-any -- as code written for npm opentracing has it
import { exactly } from './exactly.ts';

// The setters give the type of the span that they are called on, and subclasses that override them stay spans.

class MySpan extends Span {
  readonly mine = 1;
  override setTag(key: string, value: any): this {
    return super.setTag(key, value);
  }
  override addTags(keyValueMap: { [key: string]: any }): this {
    return super.addTags(keyValueMap);
  }
  protected override _addTags(_tags: { [key: string]: any }): void {}
}

class UnknownSpan extends Span {
  override setTag(key: string, value: unknown): this {
    return super.setTag(key, value);
  }
}

export const spans: Span[] = [new MySpan(), new UnknownSpan()];

export function chains(mine: MySpan, mock: MockSpan): void {
  exactly<MySpan>()(mine.setTag('a', 1).addTags({}).log({}).log({}, 1).setOperationName('b').setBaggageItem('c', 'd'));
  exactly<1>()(mine.setTag('a', 1).mine);
  exactly<string>()(mock.setTag('a', 1).setOperationName('b').operationName());
  exactly<MockContext>()(mock.context());
  exactly<void>()(mine.finish());
  exactly<string | undefined>()(mine.getBaggageItem('a'));
}

class MyContext {
  readonly baggage = { user: '1' };
  toTraceId(): string {
    return 'a';
  }
  toSpanId(): string {
    return 'b';
  }
}

class MyTracer extends Tracer {
  override startSpan(name: string, options?: SpanOptions): MySpan {
    return super.startSpan(name, options) as MySpan;
  }
  protected override _startSpan(_name: string, _fields: SpanOptions): MySpan {
    return new MySpan();
  }
  protected override _inject(_context: MyContext, _format: string, carrier: KeyValues): void {
    carrier['a'] = 1;
  }
  protected override _extract(_format: string, _carrier: unknown): MyContext | null {
    return new MyContext();
  }
}

export const tracer: Tracer = new MyTracer();
export const context: SpanContext = new MyContext();
exactly<MySpan>()(new MyTracer().startSpan('a'));
// A tracer that does not extend the base class is written with all methods, or not called a Tracer.
// @ts-expect-error -- no close, no scopes
export const incomplete: Tracer = { startSpan: () => new MySpan(), inject() {}, extract: () => null };

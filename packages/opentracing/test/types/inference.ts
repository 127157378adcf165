import { globalTracer, suppressTracing, type Done, type Span, type SpanOptions } from '@spanwise/opentracing';

import { traced } from '../../src/decorators/traced.ts';
import { exactly } from './exactly.ts';

// What is handed in comes out with its type: results of callbacks, and functions that are wrapped and bound.

const tracer = globalTracer();

export function results(span: Span, value: number): void {
  exactly<number>()(tracer.withActiveSpan('a', () => value));
  exactly<void>()(tracer.withActiveSpan('a', () => {}));
  exactly<Promise<number>>()(tracer.withActiveSpan('a', async () => value));
  exactly<Promise<number>>()(tracer.withActiveSpan('a', { tags: {}, finishOnClose: false }, async () => value));
  exactly<number>()(tracer.withActiveSpan('a', undefined, (active) => (exactly<Span>()(active), value)));
  exactly<number>()(tracer.withActiveSpan(span, () => value));
  exactly<number>()(tracer.withActiveSpan(span, { finishOnClose: true }, () => value));
  exactly<Generator<number, string, boolean>>()(tracer.withActiveSpan('a', () => sequence(value)));
  exactly<AsyncGenerator<number, void, unknown>>()(tracer.withActiveSpan('a', () => stream(value)));
  exactly<number>()(tracer.trace('a', (_span, done) => (exactly<Done>()(done), value)));
  exactly<Promise<number>>()(tracer.trace('a', { tags: {} }, async () => value));
  exactly<number>()(suppressTracing(tracer, () => value));
  exactly<number>()(tracer.scopeManager.run(span, true, () => value));
  exactly<number>()(tracer.scopeManager.runDetached(() => value));
  exactly<number>()(tracer.scopeManager.snapshot()(() => value));
  // @ts-expect-error -- options of a new span mean nothing for one that is there
  tracer.withActiveSpan(span, { tags: {} }, () => value);
  // @ts-expect-error -- nothing to run
  tracer.withActiveSpan('a', {});
}

export function functions(): void {
  function plain(this: { id: string }, text: string, times = 1): string {
    return this.id + text.repeat(times);
  }
  function generic<T>(item: T): T[] {
    return [item];
  }
  exactly<typeof plain>()(tracer.wrap('a', plain));
  exactly<typeof plain>()(tracer.wrap('a', { tags: {} }, plain));
  exactly<typeof plain>()(tracer.wrap('a', (text) => ({ tags: { text: text.toUpperCase() } }), plain));
  const wrapped = tracer.wrap('a', undefined, generic);
  exactly<typeof generic>()(wrapped);
  exactly<string[]>()(tracer.wrap('a', generic)('x'));
  exactly<typeof sequence>()(tracer.wrap('a', sequence));
  exactly<typeof plain>()(tracer.scopeManager.bind(plain));
  const bound = tracer.scopeManager.bind(generic, null);
  exactly<typeof generic>()(bound);
  // @ts-expect-error -- wrapped functions take what they took
  tracer.wrap('a', generic)();
  // @ts-expect-error -- the function of the options gets the arguments of the wrapped one
  tracer.wrap('a', (text: number) => ({ tags: { text } }), plain);
  // @ts-expect-error -- no function
  tracer.wrap('a', 5);
}

export class Decorated {
  @traced()
  list<T>(items: T[], count: number): T[] {
    return items.slice(count);
  }

  @traced('pages')
  *pages(): Generator<number, string, boolean> {
    return (yield 1) ? 'a' : 'b';
  }
}

export function decorated(target: Decorated): void {
  exactly<string[]>()(target.list(['a'], 1));
  exactly<Generator<number, string, boolean>>()(target.pages());
  // @ts-expect-error -- the arguments are those of the method
  target.list('a');
}

export function options(): void {
  // What JavaScript passes as "not given" may be passed.
  const given: SpanOptions = { childOf: undefined, references: undefined, tags: undefined, startTime: undefined };
  tracer.startSpan('a', { ...given, childOf: null, ignoreActiveSpan: undefined });
  exactly<Span>()(tracer.startSpan());
  // @ts-expect-error -- milliseconds, not a Date
  tracer.startSpan('a', { startTime: new Date() });
  // @ts-expect-error -- misspelt
  tracer.startSpan('a', { childof: null });
}

function* sequence(count: number): Generator<number, string, boolean> {
  return (yield count) ? 'more' : 'less';
}

async function* stream(count: number): AsyncGenerator<number, void, unknown> {
  yield count;
}

import type { KeyValues, Span } from '../contract.ts';

const watched = ['setTag', 'addTags', 'log', 'finish'] as const;

/** Hears what is called on one span, and passes it on: to see what was noted on it before it finished. */
export class SpanWatch {
  /** How often `finish` was called. */
  finishes = 0;
  /** The tag `error`, if it was set before the finish. */
  error: unknown;
  /** The fields of the logs with `event: 'error'` before the finish. */
  readonly errorLogs: KeyValues[] = [];
  private readonly span: Span;
  private readonly own: [(typeof watched)[number], PropertyDescriptor | undefined][];

  constructor(span: Span) {
    this.span = span;
    this.own = watched.map((method) => [method, Object.getOwnPropertyDescriptor(span, method)]);
    for (const method of watched) {
      const original = span[method].bind(span) as (...args: unknown[]) => unknown;
      const value = (...args: unknown[]): unknown => {
        this.hear(method, args);
        const result = original(...args);
        // Not what a span behind it gives: what is called next in the chain would go unheard.
        return method === 'finish' ? result : span;
      };
      Object.defineProperty(span, method, { value, configurable: true, writable: true });
    }
  }

  /** The span may be one for all, as the no-op's is. */
  restore(): void {
    for (const [method, descriptor] of this.own) {
      if (descriptor === undefined) Reflect.deleteProperty(this.span, method);
      else Object.defineProperty(this.span, method, descriptor);
    }
  }

  private hear(method: (typeof watched)[number], args: unknown[]): void {
    if (method === 'finish') this.finishes++;
    if (this.finishes > 0) return;
    const [first, second] = args;
    if (method === 'setTag' && first === 'error') this.error = second;
    const fields = Object(first) as KeyValues;
    if (method === 'addTags' && 'error' in fields) this.error = fields['error'];
    if (method === 'log' && fields['event'] === 'error') this.errorLogs.push(fields);
  }
}

import type { Span } from '../contract.ts';

/** Stands in for the public `finish` of one span, as `mock.patch.object(span, 'finish')` does in Python. @internal */
export class FinishWatch {
  /** How often `finish` was called. */
  calls = 0;
  private readonly span: Span;
  private readonly own: PropertyDescriptor | undefined;

  constructor(span: Span) {
    this.span = span;
    this.own = Object.getOwnPropertyDescriptor(span, 'finish');
    const value = (): void => void this.calls++;
    Object.defineProperty(span, 'finish', { value, configurable: true, writable: true });
  }

  /** The span may be one for all, as the no-op's is. */
  restore(): void {
    if (this.own === undefined) Reflect.deleteProperty(this.span, 'finish');
    else Object.defineProperty(this.span, 'finish', this.own);
  }
}

/** How often `block` calls the public `finish` of `span`, which does nothing meanwhile. @internal */
export function finishesIn(span: Span, block: () => void): number {
  const watch = new FinishWatch(span);
  try {
    block();
  } finally {
    watch.restore();
  }
  return watch.calls;
}

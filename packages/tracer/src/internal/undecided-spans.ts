import type { KeyValues } from '@spanwise/opentracing';

import type { TraceIdentity } from '../trace-identity.ts';

/** What the sampler is going to be asked with, beside the span. */
export interface Question {
  readonly parent: TraceIdentity | undefined;
  /** The tags of the start, as they were given. */
  readonly tags: KeyValues | undefined;
}

/** Local roots whose sampler has not been asked yet; weak, because some never finish. */
export class UndecidedSpans<Span extends object> {
  readonly #questions: WeakMap<object, Question> = new WeakMap();
  readonly #ask: (span: Span, question: Question) => void;

  constructor(ask: (span: Span, question: Question) => void) {
    this.#ask = ask;
  }

  add(span: Span, question: Question): void {
    this.#questions.set(span, question);
  }

  /** Asks for a span that waits; nothing for anything else. */
  settle(candidate: object): void {
    const question = this.#questions.get(candidate);
    if (question === undefined) return;
    // First, because the sampler may look at the span's context.
    this.#questions.delete(candidate);
    this.#ask(candidate as Span, question);
  }

  /** Somebody else has decided. */
  forget(span: object): void {
    this.#questions.delete(span);
  }
}

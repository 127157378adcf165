import { matchesWords, searchWords } from './span-search.ts';
import type { TraceModel } from './trace-model.ts';
import { wholeSpan } from './whole-span.ts';

/**
 * Searches a trace whose tags and logs are still arriving: each time only in what has come since. Answers as `searchSpans` would
 * for what is here.
 */
export class GrowingSearch {
  #model: TraceModel | undefined;
  #text = '';
  #arrived = 0;
  #marks: Uint8Array | undefined;

  /** Marks as `searchSpans` gives them; another array when something was looked at. */
  marks(model: TraceModel, text: string): Uint8Array | undefined {
    const words = searchWords(text);
    const arrived = model.details?.arrived ?? [];
    const isNew = this.#model !== model || this.#text !== text || this.#marks === undefined;
    if (words.length === 0) this.#marks = undefined;
    // Where clocks were corrected spans may stand in another order than they came in.
    else if (isNew || (arrived.length > this.#arrived && model.tree.spans !== model.sent)) {
      this.#marks = new Uint8Array(model.count);
      mark(this.#marks, model, words, 0, model.count);
    } else if (arrived.length > this.#arrived) {
      this.#marks = this.#marks!.slice();
      for (const { first, end } of arrived.slice(this.#arrived)) mark(this.#marks, model, words, first, end);
    }
    this.#model = model;
    this.#text = text;
    this.#arrived = arrived.length;
    return this.#marks;
  }
}

function mark(marks: Uint8Array, model: TraceModel, words: readonly string[], first: number, end: number): void {
  for (let index = first; index < end; index++) {
    const span = wholeSpan(model, index) ?? model.tree.spans[index]!;
    marks[index] = matchesWords(span, model.error[index] === 1, words) ? 1 : 0;
  }
}

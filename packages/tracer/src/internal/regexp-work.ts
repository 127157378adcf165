/**
 * An upper bound of the ways in which JavaScript's engine may try to match a text of `length` characters before it gives
 * up. The engine goes back: `(a+)+$` tries every way to divide the text, which is more than the age of the universe for
 * sixty characters. Each repetition multiplies by the lengths that it can have, each choice by its branches; what can be
 * matched in several ways and is itself repeated has no useful bound, and gives `Infinity`.
 *
 * It is a bound and no estimate: `/^\/\w+\/\d+$/` never goes back far, and counts as `length²` all the same.
 *
 * Not for expressions with the flag `v`, whose classes nest.
 */
export function regExpWork({ source, flags }: RegExp, length: number): number {
  const work = new WorkReader(source, flags.includes('u'), length).readChoice();
  // Without "^" the search starts again at every character.
  const isAnchored = source.startsWith('^') && !flags.includes('m') && !hasTopLevelChoice(source);
  return isAnchored ? work : work * length;
}

function hasTopLevelChoice(source: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const character = source[index];
    if (character === '\\') index += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === '|' && depth === 0) return true;
  }
  return false;
}

/** Reads the expression from left to right, once. */
class WorkReader {
  readonly #source: string;
  readonly #isUnicode: boolean;
  readonly #length: number;
  #index = 0;

  constructor(source: string, isUnicode: boolean, length: number) {
    this.#source = source;
    this.#isUnicode = isUnicode;
    this.#length = length;
  }

  /** `a|b|c`, up to the end or a closing parenthesis. */
  readChoice(): number {
    let work = this.#readSequence();
    while (this.#source[this.#index] === '|') {
      this.#index += 1;
      work += this.#readSequence();
    }
    return work;
  }

  #readSequence(): number {
    let work = 1;
    while (this.#index < this.#source.length && !'|)'.includes(this.#source[this.#index]!)) {
      work *= this.#repeated(this.#readAtom());
    }
    return work;
  }

  /** In how many ways one element without its quantifier can match at a place. */
  #readAtom(): number {
    const character = this.#source[this.#index]!;
    this.#index += 1;
    if (character === '(') return this.#readGroup();
    if (character === '[') this.#skipClass();
    if (character === '\\') return this.#readEscape();
    return 1;
  }

  #readGroup(): number {
    const prefix = /^\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:)/.exec(this.#source.slice(this.#index))?.[0] ?? '';
    this.#index += prefix.length;
    const work = this.readChoice();
    this.#index += 1;
    // What looks behind may go back over all that was read.
    return prefix.startsWith('?<=') || prefix.startsWith('?<!') ? work * this.#length : work;
  }

  #skipClass(): void {
    while (this.#source[this.#index] !== ']') this.#index += this.#source[this.#index] === '\\' ? 2 : 1;
    this.#index += 1;
  }

  /** What refers back compares up to the whole text. */
  #readEscape(): number {
    const escaped = this.#source[this.#index]!;
    this.#index += 1;
    // Else the braces of "\u{61}" and "\p{L}" are taken for a quantifier, and the one behind them is not seen.
    if (this.#isUnicode && 'upP'.includes(escaped) && this.#source[this.#index] === '{') {
      this.#index = this.#source.indexOf('}', this.#index) + 1;
    }
    return /[1-9k]/.test(escaped) ? this.#length : 1;
  }

  #repeated(ways: number): number {
    const [least, most] = this.#readQuantifier();
    if (ways === 1) return most - least + 1;
    let total = 0;
    for (let count = least; count <= most && total < Number.POSITIVE_INFINITY; count++) total += ways ** count;
    return total;
  }

  /** How often the element before may stand here. */
  #readQuantifier(): [number, number] {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#index));
    if (quantifier === null) return [1, 1];
    const [text, least, comma, most] = quantifier;
    this.#index += text.length;
    if (text.startsWith('*')) return [0, this.#length];
    if (text.startsWith('+')) return [1, this.#length];
    if (text.startsWith('?')) return [0, 1];
    return [this.#bounded(least!), this.#bounded(comma === '' ? least! : most === '' ? 'Infinity' : most!)];
  }

  #bounded(digits: string): number {
    return Math.min(Number(digits), this.#length);
  }
}

/**
 * A glob: `?` is any character, `*` any run of characters, an empty one too; where segments count, both end at `/`, and `**`
 * does not. Everything else stands for itself. The whole text must fit.
 *
 * It walks the text once, with all places of the pattern that it may be at: the time is the product of both lengths,
 * whatever they hold. (A matcher that goes back takes exponential time for some.)
 */
export class Glob {
  readonly #kinds: readonly number[];
  readonly #characters: readonly number[];
  readonly #bySegment: boolean;
  /** Places in the pattern that the text may be at, now and after the next character. Reused by every match. */
  #places: Uint8Array;
  #next: Uint8Array;

  constructor(pattern: string, bySegment: boolean) {
    const kinds: number[] = [];
    const characters: number[] = [];
    for (let index = 0; index < pattern.length; index++) {
      const character = pattern[index]!;
      let kind = character === '?' ? anyOne : literal;
      if (character === '*') {
        kind = bySegment ? anyRunOfSegment : anyRun;
        if (pattern[index + 1] === '*') {
          kind = anyRun;
          index += 1;
        }
      }
      kinds.push(kind);
      characters.push(character.charCodeAt(0));
    }
    this.#kinds = kinds;
    this.#characters = characters;
    this.#bySegment = bySegment;
    this.#places = new Uint8Array(kinds.length + 1);
    this.#next = new Uint8Array(kinds.length + 1);
  }

  matches(text: string): boolean {
    this.#places.fill(0);
    this.#places[0] = 1;
    this.#skipRuns(this.#places);
    for (let index = 0; index < text.length; index++) {
      if (!this.#step(text.charCodeAt(index))) return false;
      [this.#places, this.#next] = [this.#next, this.#places];
    }
    return this.#places[this.#kinds.length] === 1;
  }

  /** False when no place is left. */
  #step(character: number): boolean {
    this.#next.fill(0);
    let isAnywhere = false;
    for (let place = 0; place < this.#kinds.length; place++) {
      if (this.#places[place] === 0 || !this.#takes(place, character)) continue;
      const kind = this.#kinds[place]!;
      this.#next[kind === anyRun || kind === anyRunOfSegment ? place : place + 1] = 1;
      isAnywhere = true;
    }
    this.#skipRuns(this.#next);
    return isAnywhere;
  }

  #takes(place: number, character: number): boolean {
    const kind = this.#kinds[place];
    if (kind === literal) return this.#characters[place] === character;
    return kind === anyRun || !this.#bySegment || character !== 47; /* / */
  }

  /** A run may be empty. */
  #skipRuns(places: Uint8Array): void {
    for (let place = 0; place < this.#kinds.length; place++) {
      if (places[place] === 1 && this.#kinds[place]! >= anyRun) places[place + 1] = 1;
    }
  }
}

/** What stands at a place of the pattern; from `anyRun` on, what may be empty. */
const literal = 0;
const anyOne = 1;
const anyRun = 2;
const anyRunOfSegment = 3;

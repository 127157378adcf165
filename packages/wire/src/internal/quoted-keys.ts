import { quote } from './json-text.ts';

/** Applications have some dozens of keys; whoever makes them of data must not fill the memory. */
const maxKeys = 1000;

/** Keys as JSON, each made once. */
export class QuotedKeys {
  readonly #quoted: Map<string, string> = new Map();

  of(key: string): string {
    const known = this.#quoted.get(key);
    if (known !== undefined) return known;
    const quoted = quote(key);
    if (this.#quoted.size < maxKeys) this.#quoted.set(key, quoted);
    return quoted;
  }
}

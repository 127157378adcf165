import { invalidOption } from '../internal/invalid-option.ts';
import type { IdSource } from './id-source.ts';

/**
 * The same ids in every run, for tests and golden files. Never for an application: two processes with one seed give
 * their spans the same ids.
 *
 * The generator is splitmix32: a counter with a fixed odd step and a mixing function.
 */
export class SeededIds implements IdSource {
  #state: number;

  /**
   * @param seed any number; its low 32 bits count
   * @throws TypeError for what is no number
   */
  constructor(seed: number) {
    if (!Number.isFinite(seed)) throw invalidOption('SeededIds: seed', seed, 'must be a number, such as 1');
    this.#state = seed | 0;
  }

  nextWord(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  }
}

import type { traced as Traced } from '../../src/decorators/traced.ts';

/** What only TC39 decorators can stand on: private methods. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the class is what is tested
export function declareSafe(traced: typeof Traced) {
  return class Safe {
    readonly secret = 'abc';

    @traced()
    #digest(length: number): string {
      return this.secret.slice(0, length);
    }

    @traced()
    static #count(): number {
      return 1;
    }

    open(): string {
      return this.#digest(2);
    }

    static total(): number {
      return Safe.#count();
    }
  };
}

import type { Tracer } from '@spanwise/opentracing';

import type { traced as Traced } from '../../src/decorators/traced.ts';

// A class as applications write it, compiled by TypeScript for both decorator protocols: types.test.ts checks its
// types, traced.test.ts runs it. The decorator comes in as an argument, so that the output imports nothing.

/** The class, decorated by `traced`; its `own` method has the given tracer. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the class is what is tested
export function declareShop(traced: typeof Traced, tracer: Tracer) {
  class Shop {
    readonly currency: string;
    constructor(currency: string) {
      this.currency = currency;
    }

    @traced()
    price(amount: number, digits = 2): string {
      return amount.toFixed(digits) + this.currency;
    }

    @traced('shop.load')
    static load(id: string): { id: string } {
      return { id };
    }

    @traced()
    static inherited(): string {
      return this.name;
    }

    @traced({ name: 'pay', tags: { method: 'card' } })
    async pay(amount: number): Promise<number> {
      await Promise.resolve();
      if (amount < 0) throw new RangeError('negative');
      return amount;
    }

    @traced((id: string) => ({ tags: { id } }))
    find(id: string, times: number): string[] {
      return Array.from({ length: times }, () => id);
    }

    @traced(function (this: Shop) {
      return { name: `in ${this.currency}` };
    })
    convert(): string {
      return this.currency;
    }

    @traced(() => {
      throw new Error('in the options');
    })
    careless(): number {
      return 1;
    }

    @traced()
    *pages(count: number): Generator<number, string, boolean | undefined> {
      for (let page = 0; page < count; page++) if (yield page) return 'stopped';
      return 'all';
    }

    @traced()
    async *stream(): AsyncGenerator<string, void, undefined> {
      yield this.currency;
      await Promise.resolve();
      yield 'end';
    }

    @traced({ tracer })
    own(): void {}

    @traced({ callback: true })
    old(value: number, callback: (error: Error | null, value?: number) => void): void {
      callback(value < 0 ? new Error('negative') : null, value);
    }

    @traced()
    [Symbol.toPrimitive](): string {
      return this.currency;
    }
  }
  return Shop;
}

// The types of the methods are those of the source.
type Shop = ReturnType<typeof declareShop>;
declare const shop: InstanceType<Shop>;
declare const Shop: Shop;
export const results = (): unknown[] => {
  const price: string = shop.price(1);
  const loaded: { id: string } = Shop.load('a');
  const paid: Promise<number> = shop.pay(1);
  const pages: Generator<number, string, boolean | undefined> = shop.pages(2);
  const stream: AsyncGenerator<string, void, undefined> = shop.stream();
  // @ts-expect-error -- the arguments are checked as ever
  shop.price('1');
  // @ts-expect-error -- and the results
  const wrong: number = shop.price(1);
  return [price, loaded, paid, pages, stream, wrong];
};

export const mistakes = (traced: typeof Traced): unknown => {
  class Mistakes {
    // @ts-expect-error -- the function of the options does not take what the method is called with
    @traced((id: number) => ({ tags: { id } }))
    find(id: string): string {
      return id;
    }

    // @ts-expect-error -- no option
    @traced({ nam: 'x' })
    misspelt(): void {}

    // @ts-expect-error -- no method
    @traced()
    get size(): number {
      return 1;
    }

    // @ts-expect-error -- no method
    @traced()
    field = 1;

    // @ts-expect-error -- no parentheses
    @traced
    bare(): void {}
  }
  return Mistakes;
};

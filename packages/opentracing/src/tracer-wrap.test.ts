import { beforeEach, describe, expect, it } from 'vitest';

import {
  activeName,
  expectFailed,
  expectSucceeded,
  failure,
  finished,
  finishedSpan,
  mock,
  subjects,
  thrownBy,
  tracer,
  use,
} from './fixtures/tracer-subjects.ts';

describe.each(Object.entries(subjects))('%s', (_subject, make) => {
  describe('wrap', () => {
    beforeEach(() => use(make));

    it('passes on this, arguments and result, in a new active span for each call', () => {
      const wrapped = tracer.wrap('work', function (this: { id: string }, ...values: number[]) {
        return [this.id, values, activeName()];
      });
      expect(Reflect.apply(wrapped, { id: 'a' }, [1, 2])).toEqual(['a', [1, 2], 'work']);
      expect(Reflect.apply(wrapped, { id: 'b' }, [])).toEqual(['b', [], 'work']);
      expect(finished()).toEqual(['work', 'work']);
      expect(activeName()).toBeUndefined();
    });

    it('keeps length, name, own properties and prototype', () => {
      const symbol = Symbol('own');
      const original = Object.assign(function handler(_a: unknown, _b: unknown) {}, { path: '/a', [symbol]: 1 });
      const wrapped = tracer.wrap('work', original);
      expect([wrapped.length, wrapped.name, wrapped.path, wrapped[symbol]]).toEqual([2, 'handler', '/a', 1]);
      expect(wrapped.prototype).toBe(original.prototype);
      expect(original).not.toBe(wrapped);
    });

    it('takes functions of every kind', async () => {
      // oxlint-disable-next-line typescript/no-implied-eval -- a function that is not strict has more properties
      const sloppy = new Function('return 1') as () => number;
      const shorthand = Reflect.get(
        {
          m() {
            return 3;
          },
        },
        'm',
      );
      expect(tracer.wrap('sloppy', sloppy)()).toBe(1);
      expect(tracer.wrap('arrow', () => 2)()).toBe(2);
      expect(tracer.wrap('method', shorthand)()).toBe(3);
      expect(tracer.wrap('bound', sloppy.bind(null))()).toBe(1);
      expect(tracer.wrap('native', Math.max)(1, 2)).toBe(2);
      expect(await tracer.wrap('async', async () => 4)()).toBe(4);
      expect([
        ...tracer.wrap('generator', function* () {
          yield 5;
        })(),
      ]).toEqual([5]);
      expect(finished()).toEqual(['sloppy', 'arrow', 'method', 'bound', 'native', 'async', 'generator']);
    });

    it('tags what is thrown and rejected with', async () => {
      expect(
        thrownBy(
          tracer.wrap('bad', () => {
            throw failure;
          }),
        ),
      ).toBe(failure);
      expectFailed('bad');
      await expect(tracer.wrap('rejected', () => Promise.reject(failure))()).rejects.toBe(failure);
      expectFailed('rejected');
    });

    it('takes options, and leaves them alone', () => {
      const options = Object.freeze({ tags: Object.freeze({ a: 1 }), ignoreActiveSpan: true });
      const wrapped = tracer.wrap('work', options, () => 1);
      tracer.withActiveSpan('outer', () => [wrapped(), wrapped()]);
      const [first, second] = mock.finishedSpans();
      expect([first?.parentId(), first?.tags(), second?.tags()]).toEqual([undefined, { a: 1 }, { a: 1 }]);
      expect(first?.tags()).not.toBe(second?.tags());
    });

    it('takes a function that makes options of this and the arguments', () => {
      const wrapped = tracer.wrap(
        'work',
        function (this: { id: string }, times: number) {
          return { tags: { id: this.id, times } };
        } as (times: number) => { tags: object },
        function (this: { id: string }, times: number) {
          return this.id.repeat(times);
        },
      );
      expect(Reflect.apply(wrapped, { id: 'a' }, [2])).toBe('aa');
      expect(finishedSpan('work')?.tags()).toEqual({ id: 'a', times: 2 });
    });

    it('calls the function although its options throw, or are none', () => {
      const throwing = (): never => {
        throw new Error('in the options');
      };
      expect(tracer.wrap('throwing', throwing, () => 1)()).toBe(1);
      expect(tracer.wrap('none', (() => undefined) as never, () => 2)()).toBe(2);
      expect(tracer.wrap('null', null as never, () => 3)()).toBe(3);
      expectSucceeded('throwing');
      expect(finished()).toEqual(['throwing', 'none', 'null']);
    });

    describe('with callback: true', () => {
      type Callback = (error: Error | null, value?: number) => void;
      const later: { call?: () => void } = {};
      const read = function (this: unknown, value: number, callback: Callback): string {
        later.call = () => callback(value < 0 ? failure : null, value);
        return activeName() ?? '';
      };

      it('lasts until the last argument is called, which is then called where the function was', () => {
        const wrapped = tracer.wrap('read', { callback: true }, read);
        const seen: unknown[] = [];
        tracer.withActiveSpan('outer', { finishOnClose: false }, () => {
          expect(wrapped(1, (error, value) => seen.push(error, value, activeName(), finished()))).toBe('read');
          expect(finished()).toEqual([]);
          tracer.withActiveSpan('elsewhere', () => later.call?.());
        });
        expect(seen).toEqual([null, 1, 'outer', ['read']]);
        expectSucceeded('read');
      });

      it('tags the error that is its first argument', () => {
        const seen: unknown[] = [];
        tracer.wrap('read', { callback: true }, read)(-1, (error) => seen.push(error));
        later.call?.();
        expect(seen).toEqual([failure]);
        expectFailed('read');
      });

      it('gives the callback its this and its result, and counts its first call', () => {
        let calls = 0;
        const wrapped = tracer.wrap('read', { callback: true }, (callback: (this: object) => string) => {
          return [Reflect.apply(callback, { a: 1 }, []), Reflect.apply(callback, { a: 2 }, [])];
        });
        const results = wrapped(function (this: object) {
          calls += 1;
          return JSON.stringify(this);
        });
        expect([results, calls]).toEqual([['{"a":1}', '{"a":2}'], 2]);
        expectSucceeded('read');
      });

      it('tags what the function throws before', () => {
        const wrapped = tracer.wrap('read', { callback: true }, (_callback: () => void) => {
          throw failure;
        });
        expect(thrownBy(() => wrapped(() => {}))).toBe(failure);
        expectFailed('read');
      });

      it('does not take what the callback throws for an error of the function', () => {
        const wrapped = tracer.wrap('read', { callback: true }, (callback: () => void) => callback());
        expect(
          thrownBy(() =>
            wrapped(() => {
              throw failure;
            }),
          ),
        ).toBe(failure);
        expectSucceeded('read');
      });

      it('finishes with the function when there is no callback', () => {
        expect(tracer.wrap('read', { callback: true }, (...values: number[]) => values.length)(1, 2)).toBe(2);
        expect(tracer.wrap('read', { callback: true }, (...values: number[]) => values.length)()).toBe(0);
        expect(finished()).toEqual(['read', 'read']);
      });

      it('is said by a function of the options too', () => {
        tracer.wrap('read', (value) => ({ callback: true, tags: { value } }), read)(1, () => {});
        expect(finished()).toEqual([]);
        later.call?.();
        expect(finishedSpan('read')?.tags()).toEqual({ value: 1 });
      });
    });
  });
});

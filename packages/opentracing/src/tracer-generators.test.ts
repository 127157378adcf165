import { beforeEach, describe, expect, it } from 'vitest';

import type { Scope } from './contract.ts';
import {
  activeName,
  asMock,
  expectFailed,
  expectSucceeded,
  failure,
  finished,
  finishedSpan,
  managers,
  subjects,
  thrownBy,
  tracer,
  use,
} from './fixtures/tracer-subjects.ts';

describe.each(Object.entries(subjects))('%s', (_subject, make) => {
  describe.each(managers)('with %s, given a generator by withActiveSpan', (_manager, makeManager) => {
    beforeEach(() => use(make, makeManager()));

    function* count(upTo: number): Generator<number, string, string | undefined> {
      for (let value = 1; value <= upTo; value++) yield value;
      return 'all';
    }

    it('has the span active in the steps, and not between them', () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', function* () {
        seen.push(activeName());
        yield;
        seen.push(activeName());
      });
      expect(activeName()).toBeUndefined();
      generator.next();
      expect(activeName()).toBeUndefined();
      tracer.withActiveSpan('consumer', () => {
        generator.next();
        expect(activeName()).toBe('consumer');
      });
      expect(seen).toEqual(['work', 'work']);
    });

    it('finishes the span when it is exhausted, and not before', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      expect([finished(), generator.next(), finished()]).toEqual([[], { done: false, value: 1 }, []]);
      generator.next();
      expect(finished()).toEqual([]);
      expect(generator.next()).toEqual({ done: true, value: 'all' });
      expectSucceeded('work');
      expect(generator.next()).toEqual({ done: true, value: undefined });
      expectSucceeded('work');
    });

    it('finishes the span when the consumer leaves, and runs its finally in the span', () => {
      let last: string | undefined;
      const generator = tracer.withActiveSpan('work', function* () {
        try {
          yield* count(3);
        } finally {
          last = activeName();
        }
      });
      for (const value of generator) if (value === 2) break;
      expect(last).toBe('work');
      expectSucceeded('work');
    });

    it('that yields in its finally goes on when the consumer leaves', () => {
      const generator = tracer.withActiveSpan('work', function* (): Generator<number, number> {
        try {
          yield 1;
        } finally {
          yield 2;
        }
        return 3;
      });
      generator.next();
      expect([generator.return(5), finished()]).toEqual([{ done: false, value: 2 }, []]);
      expect([generator.next(), finished()]).toEqual([{ done: true, value: 5 }, ['work']]);
    });

    it('left before its first step finishes the span', () => {
      expect(tracer.withActiveSpan('work', () => count(1)).return('early')).toEqual({ done: true, value: 'early' });
      expectSucceeded('work');
    });

    it('has its error tagged and thrown on', () => {
      const generator = tracer.withActiveSpan('work', function* () {
        yield 1;
        throw failure;
      });
      generator.next();
      expect(thrownBy(() => generator.next())).toBe(failure);
      expectFailed('work');
      expect(activeName()).toBeUndefined();
    });

    it('is sent values and errors, which it may handle', () => {
      const generator = tracer.withActiveSpan('work', function* (): Generator<unknown, string, string> {
        const sent = yield 'first';
        try {
          yield sent;
        } catch (error) {
          yield error;
        }
        return 'end';
      });
      expect(generator.next('ignored').value).toBe('first');
      expect(generator.next('sent').value).toBe('sent');
      expect(generator.throw(failure)).toEqual({ done: false, value: failure });
      expect(generator.next('')).toEqual({ done: true, value: 'end' });
      expectSucceeded('work');
    });

    it('has an error tagged that is thrown into it and not handled', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      generator.next();
      expect(thrownBy(() => generator.throw(failure))).toBe(failure);
      expectFailed('work');
    });

    it('keeps what a step opened for the next one, and from the consumer', () => {
      let scope: Scope | undefined;
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', function* () {
        scope = tracer.startActiveSpan('inner');
        yield;
        seen.push(activeName());
        scope.close();
        yield;
        seen.push(activeName());
      });
      generator.next();
      expect(activeName()).toBeUndefined();
      using _outer = tracer.startActiveSpan('consumer');
      generator.next();
      expect(activeName()).toBe('consumer');
      generator.next();
      expect(seen).toEqual(['inner', 'work']);
      expect(asMock(scope?.span).parentId()).toBe(finishedSpan('work')?.uuid());
    });

    it('stays an instance of its function, and an iterator', () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      expect(generator).toBeInstanceOf(count);
      expect(generator[Symbol.iterator]()).toBe(generator);
      expect(Object.prototype.toString.call(generator)).toBe('[object Generator]');
      expect([...generator]).toEqual([1, 2]);
      expectSucceeded('work');
    });

    it('is delegated to by yield*, and by another withActiveSpan', () => {
      const generator = tracer.withActiveSpan('outer', function* () {
        return yield* tracer.withActiveSpan('inner', () => count(2));
      });
      expect([...generator]).toEqual([1, 2]);
      expect(finished()).toEqual(['inner', 'outer']);
      expect(finishedSpan('inner')?.parentId()).toBe(finishedSpan('outer')?.uuid());
      const twice = tracer.withActiveSpan('one', () => tracer.withActiveSpan('two', () => count(2)));
      expect([...twice]).toEqual([1, 2]);
      expect(finished().slice(2)).toEqual(['two', 'one']);
    });

    it('leaves the span open with finishOnClose: false, and one that was there before', () => {
      expect([...tracer.withActiveSpan('kept', { finishOnClose: false }, () => count(1))]).toEqual([1]);
      const span = tracer.startSpan('before');
      expect([...tracer.withActiveSpan(span, () => count(1))]).toEqual([1]);
      expect(finished()).toEqual([]);
      expect([...tracer.withActiveSpan(span, { finishOnClose: true }, () => count(1))]).toEqual([1]);
      expect(finished()).toEqual(['before']);
    });
  });

  describe('given an asynchronous generator by withActiveSpan', () => {
    beforeEach(() => use(make));

    async function* count(upTo: number): AsyncGenerator<number, string, string | undefined> {
      for (let value = 1; value <= upTo; value++) {
        await Promise.resolve();
        yield value;
      }
      return 'all';
    }

    it('has the span active in the steps, across await, and not between them', async () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', async function* () {
        seen.push(activeName());
        await Promise.resolve();
        seen.push(activeName());
        yield 1;
        seen.push(activeName());
        await Promise.resolve();
        seen.push(activeName());
      });
      await tracer.withActiveSpan('consumer', async () => {
        for await (const _value of generator) expect(activeName()).toBe('consumer');
        expect(activeName()).toBe('consumer');
      });
      expect(seen).toEqual(['work', 'work', 'work', 'work']);
      expect(activeName()).toBeUndefined();
    });

    it('finishes the span when it is exhausted, and not before', async () => {
      const generator = tracer.withActiveSpan('work', () => count(1));
      expect([await generator.next(), finished()]).toEqual([{ done: false, value: 1 }, []]);
      expect([await generator.next(), finished()]).toEqual([{ done: true, value: 'all' }, ['work']]);
      expect(await generator.next()).toEqual({ done: true, value: undefined });
      expectSucceeded('work');
    });

    it('finishes the span when the consumer leaves', async () => {
      let last: string | undefined;
      const generator = tracer.withActiveSpan('work', async function* () {
        try {
          yield* count(3);
        } finally {
          await Promise.resolve();
          last = activeName();
        }
      });
      for await (const value of generator) if (value === 2) break;
      expect(last).toBe('work');
      expectSucceeded('work');
      await tracer.withActiveSpan('unbegun', () => count(1)).return('early');
      expectSucceeded('unbegun');
    });

    it('has its error tagged and thrown on', async () => {
      const generator = tracer.withActiveSpan('work', async function* () {
        yield 1;
        await Promise.resolve();
        throw failure;
      });
      await generator.next();
      await expect(generator.next()).rejects.toBe(failure);
      expectFailed('work');
    });

    it('is sent values and errors, which it may handle', async () => {
      const generator = tracer.withActiveSpan('work', async function* (): AsyncGenerator<unknown, string, string> {
        try {
          yield yield 'first';
        } catch (error) {
          yield error;
        }
        return 'end';
      });
      expect((await generator.next('ignored')).value).toBe('first');
      expect((await generator.next('sent')).value).toBe('sent');
      expect((await generator.throw(failure)).value).toBe(failure);
      expect(await generator.next('')).toEqual({ done: true, value: 'end' });
      expectSucceeded('work');
      const other = tracer.withActiveSpan('other', () => count(2));
      await other.next();
      await expect(other.throw(failure)).rejects.toBe(failure);
      expectFailed('other');
    });

    it('answers steps that are asked for at once, in order', async () => {
      const generator = tracer.withActiveSpan('work', () => count(2));
      const steps = await Promise.all([generator.next(), generator.next(), generator.next()]);
      expect(steps.map((step) => step.value)).toEqual([1, 2, 'all']);
      expectSucceeded('work');
    });

    it('keeps what a step opened before it awaited for the next one, and from the consumer', async () => {
      const seen: (string | undefined)[] = [];
      const generator = tracer.withActiveSpan('work', async function* () {
        const scope = tracer.startActiveSpan('inner');
        yield;
        seen.push(activeName());
        scope.close();
        yield;
        seen.push(activeName());
      });
      await generator.next();
      expect(activeName()).toBeUndefined();
      await generator.next();
      await generator.next();
      expect(seen).toEqual(['inner', 'work']);
    });

    it('stays an instance of its function, and an iterator', async () => {
      const generator = tracer.withActiveSpan('work', () => count(1));
      expect(generator).toBeInstanceOf(count);
      expect(generator[Symbol.asyncIterator]()).toBe(generator);
      expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
      const values: number[] = [];
      for await (const value of generator) values.push(value);
      expect(values).toEqual([1]);
    });
  });

  describe('given an iterator that is no generator by withActiveSpan', () => {
    beforeEach(() => use(make));

    it('hands it out as it is, and finishes the span at once', () => {
      const iterator = [1, 2][Symbol.iterator]();
      expect(tracer.withActiveSpan('work', () => iterator)).toBe(iterator);
      expectSucceeded('work');
    });
  });
});

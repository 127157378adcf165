import { expect, it } from 'vitest';

import { finishedSpan } from '../fixtures/finished-span.ts';
import { InMemoryRecorder } from './in-memory-recorder.ts';

function recorded(recorder: InMemoryRecorder, ...names: string[]): string[] {
  for (const name of names) recorder.finish(finishedSpan({ name }));
  return recorder.records.map(({ name }) => name);
}

it('keeps spans in their order', () => {
  expect(recorded(new InMemoryRecorder(), 'a', 'b')).toEqual(['a', 'b']);
});

it('drops the oldest beyond its limit, and counts them', () => {
  const recorder = new InMemoryRecorder({ maxSpans: 2 });
  expect(recorded(recorder, 'a', 'b')).toEqual(['a', 'b']);
  expect(recorder.dropped).toBe(0);
  expect(recorded(recorder, 'c')).toEqual(['b', 'c']);
  expect(recorder.dropped).toBe(1);
});

it('forgets on clear; an array taken before stays', () => {
  const recorder = new InMemoryRecorder();
  recorder.finish(finishedSpan());
  const { records } = recorder;
  recorder.clear();
  expect([records.length, recorder.records.length]).toEqual([1, 0]);
});

it('keeps records of open spans in a list of their own, within the same limit', () => {
  const recorder = new InMemoryRecorder({ maxSpans: 2 });
  recorder.finish(finishedSpan({ name: 'done' }));
  for (const name of ['a', 'b', 'c']) recorder.unfinished(finishedSpan({ name, unfinished: true }));
  expect(recorder.unfinishedRecords.map(({ name }) => name)).toEqual(['b', 'c']);
  expect([recorder.records.length, recorder.dropped]).toEqual([1, 1]);
  recorder.clear();
  expect(recorder.unfinishedRecords).toEqual([]);
});

it('refuses a limit of nothing', () => {
  expect(() => new InMemoryRecorder({ maxSpans: 0 })).toThrow(
    'InMemoryRecorder: maxSpans must be a whole number of at least 1',
  );
});

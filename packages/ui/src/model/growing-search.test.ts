import { expect, test } from 'vitest';
import { GrowingSearch } from './growing-search.ts';
import { searchSpans } from './span-search.ts';
import { outlineOf } from './testing/outline-of.ts';
import { sixSpans } from './testing/trace-of.ts';

const found = (marks: Uint8Array | undefined): number[] | undefined =>
  marks && Array.from(marks.keys()).filter((index) => marks[index] === 1);

test('a search finds names at once, and tags as they come', async () => {
  const { model, source } = outlineOf(sixSpans());
  const search = new GrowingSearch();
  expect(found(search.marks(model, 'orders'))).toEqual([1, 2, 3]);
  expect(found(search.marks(model, 'db.type=sql'))).toEqual([]);
  model.details!.want([model.sent[2]!]);
  await source.answerAll();
  const marks = search.marks(model, 'db.type=sql');
  expect(found(marks)).toEqual([2, 3]);
  expect(search.marks(model, 'db.type=sql')).toBe(marks);
});

test('a search of all details finds what it would in the whole trace', async () => {
  const whole = sixSpans();
  const { model, source } = outlineOf(whole);
  const search = new GrowingSearch();
  for (const text of ['sql', 'error', 'payment', 'db.type=s orders', 'nothing', '  ']) {
    const before = search.marks(model, text);
    expect(before === undefined).toBe(text.trim() === '');
  }
  search.marks(model, 'sql');
  model.details!.fill();
  await source.answerAll();
  for (const text of ['sql', 'error', 'payment', 'db.type=s orders', 'nothing', '  ']) {
    expect(search.marks(model, text)).toEqual(searchSpans(whole, text));
  }
});

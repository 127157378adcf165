import { describe, expect, it } from 'vitest';
import { completionsAt, tagAt } from './query-completions.ts';

const known = {
  services: ['gateway', 'my shop'],
  operations: ['GET /', 'POST /orders'],
  tagKeys: ['db.type', 'http.status_code', 'error', 'odd key'],
  tagValues: ['200', '503'],
};

/** The query after its first completion, with the caret. */
function completed(marked: string): string | undefined {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  const [first] = completionsAt(text, caret, known);
  if (first === undefined) return undefined;
  return `${text.slice(0, first.from)}${first.insert}|${text.slice(first.to)}`;
}

describe('completion of a query', () => {
  it.each([
    ['serv|', 'service=|'],
    ['serv|=x', 'service=|x'],
    ['err|', 'error |'],
    ['err| service=a', 'error| service=a'],
    ['stat|', 'status=|'],
    ['http|', 'http.status_code=|'],
    ['odd|', '"odd key"=|'],
    ['service=|', 'service=gateway |'],
    ['service=my| error', 'service="my shop"| error'],
    ['operation="PO|', 'operation="POST /orders" |'],
    ['kind=cl|', 'kind=client |'],
    ['status!=e|', 'status!=error |'],
    ['http.status_code>=5|', 'http.status_code>=503 |'],
    ['duration>|', 'duration>1ms |'],
    ['zzz|', undefined],
  ])('goes from %s to %s', (marked, expected) => {
    expect(completed(marked)).toBe(expected);
  });

  it('names each field and tag once', () => {
    const labels = completionsAt('', 0, known).map(({ label }) => label);
    expect(labels).toContain('db.type');
    expect(labels.filter((label) => label === 'error')).toHaveLength(1);
  });

  it('wants the values of the tag that is written', () => {
    expect(tagAt('db.type=', 8)).toBe('db.type');
    expect(tagAt('db.type', 7)).toBeUndefined();
    expect(tagAt('service=', 8)).toBeUndefined();
  });
});

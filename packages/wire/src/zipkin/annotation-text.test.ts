import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { annotationEvent, annotationText } from './annotation-text.ts';

describe('annotations', () => {
  it.each([
    ['ws', 'ws', []],
    ['cache miss', 'cache miss', []],
    ['cache.miss key=abc', 'cache.miss', ['key', 'abc']],
    ['cache.miss key="a b" n="" q="\\"="', 'cache.miss', ['key', 'a b', 'n', '', 'q', '"=']],
    ['level=warn text="slow query"', 'log', ['level', 'warn', 'text', 'slow query']],
    [
      'error error.kind=TypeError message="x is not a function" stack="at a\\nat b"',
      'exception',
      ['exception.type', 'TypeError', 'exception.message', 'x is not a function', 'exception.stacktrace', 'at a\nat b'],
    ],
    ['error', 'error', []],
    ['error code=7', 'error', ['code', '7']],
  ])('%s is an event and back', (text, name, attributes) => {
    expect(annotationEvent(text)).toEqual({ name, attributes });
    expect(annotationText({ name, attributes })).toBe(text);
  });

  it.each([
    'sent 3 messages to topic=foo',
    'a  b=c',
    'a=b ',
    ' a=b',
    'a="unquoted needlessly"x',
    'a b="needless"',
    'SELECT * FROM t WHERE id=7',
    'x={"json": 1}',
    'a=',
    '=b',
    'a b="\\x"',
  ])('%s is left as it is', (text) => {
    expect(annotationEvent(text)).toEqual({ name: text, attributes: [] });
  });

  it('never changes by being read and written', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', 'log', 'error', 'message', ' ', '=', '"', '\\', 'n'), maxLength: 12 }),
    );
    fc.assert(
      fc.property(text, (annotation) => {
        expect(annotationText(annotationEvent(annotation))).toBe(annotation);
      }),
      { numRuns: 2000 },
    );
  });

  it('writes values as tags are written', () => {
    expect(annotationText({ name: 'e', attributes: ['n', 1.5, 'b', true, 'nil', null, 'l', ['a b', 1]] })).toBe(
      'e n=1.5 b=true nil=null l="[\\"a b\\",1]"',
    );
    expect(annotationText({ name: 'log', attributes: [] })).toBe('log');
    expect(annotationText({ name: 'exception', attributes: [] })).toBe('error');
  });
});

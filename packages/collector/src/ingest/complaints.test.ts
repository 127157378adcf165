import { expect, it } from 'vitest';

import { Complaints } from './complaints.ts';

it('are said at once, then once a minute with how many were not', () => {
  const said: string[] = [];
  let now = 0;
  const complaints = new Complaints(
    (line) => said.push(line),
    () => now,
  );
  complaints.say('a');
  complaints.say('b');
  now = 59_999;
  complaints.say('c');
  expect(said).toEqual(['a']);
  now = 60_000;
  complaints.say('d');
  expect(said).toEqual(['a', 'd (and 2 times before, since it was last said)']);
  now = 120_000;
  complaints.say('e');
  expect(said.at(-1)).toBe('e');
});

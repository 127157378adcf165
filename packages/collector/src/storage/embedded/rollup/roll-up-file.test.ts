import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RollUp } from '../../rollup/roll-up.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { readRollUp, readRollUpHeader, writeRollUp } from './roll-up-file.ts';

const rollUp = new RollUp();
rollUp.operations
  .cell('shop ☃', 'buy', 2, 7)
  .add({ weight: 2, failed: true, durationNanos: 9, exemplar: [1, -2, 3, -4] });
const facts = { segments: [{ number: 1, writtenMicros: 5 }], minStartMicros: 3, maxStartMicros: 4, isJoined: true };

describe('a roll-up file', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let file: string;
  beforeEach(() => {
    directory = temporaryDirectory();
    file = path.join(directory.path, '1.rollup');
  });
  afterEach(() => directory.remove());

  it('gives back what was written, and leaves nothing else', () => {
    const header = writeRollUp(file, rollUp.toJSON(), facts);
    expect(header).toMatchObject(facts);
    expect(readRollUpHeader(file)).toEqual(header);
    expect(readRollUp(file)).toEqual(rollUp.toJSON());
    expect(readdirSync(directory.path)).toEqual(['1.rollup']);
  });

  it('tells of every byte that is damaged, and of each that is missing', () => {
    writeRollUp(file, rollUp.toJSON(), facts);
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 1;
      writeFileSync(file, damaged);
      expect(() => readRollUp(file), `byte ${at}`).toThrow(file);
    }
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes);
      truncateSync(file, length);
      expect(() => readRollUp(file), `length ${length}`).toThrow();
    }
  });
});

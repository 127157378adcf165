import { readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { RollUp } from '../../rollup/roll-up.ts';
import { temporaryDirectory } from '../opened-store.fixture.ts';
import { readRollUp, readRollUpFacts, readRollUpTable, writeRollUp } from './roll-up-file.ts';

const exemplar = [1, -2, 3, -4] as const;
const rollUp = new RollUp();
rollUp.operations.cell('shop ☃', 'buy', 2, 7).add({ weight: 2, failed: true, durationNanos: 9, exemplar });
rollUp.operations.cell('bank', 'pay', 2, 8).add({ weight: 1, failed: false, durationNanos: 5, exemplar });
rollUp.operations.cell('shop ☃', 'look', 2, 8).add({ weight: 1, failed: false, durationNanos: 4, exemplar });
rollUp.edges.cell('shop ☃', 'bank', 1, 7).add({ weight: 1, failed: true, durationNanos: 8, exemplar });
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
    expect(writeRollUp(file, rollUp, facts)).toBe(readFileSync(file).length);
    expect(readRollUpFacts(file)).toEqual(facts);
    expect(readRollUp(file)).toEqual(rollUp.toJSON());
    expect(readdirSync(directory.path)).toEqual(['1.rollup']);
  });

  it('gives the tables that questions are about, and of the operations those of a service', () => {
    writeRollUp(file, rollUp, facts);
    expect(readRollUpTable(file, 'edges')).toEqual(rollUp.edges.toJSON());
    expect(readRollUpTable(file, 'services')).toEqual(rollUp.operations.byFirst().toJSON());
    expect(readRollUpTable(file, 'operations')).toEqual(rollUp.operations.toJSON());
    expect(readRollUpTable(file, 'operations', 'shop ☃').map(([, operation]) => operation)).toEqual(['buy', 'look']);
    expect(readRollUpTable(file, 'operations', 'nobody')).toEqual([]);
  });

  it('reads a header of any length', () => {
    const many = new RollUp();
    for (let service = 0; service < 1000; service++)
      many.operations
        .cell(`service ${service}`, 'get', 2, 1)
        .add({ weight: 1, failed: false, durationNanos: 1, exemplar });
    writeRollUp(file, many, facts);
    expect(readRollUpFacts(file)).toEqual(facts);
    expect(readRollUp(file)).toEqual(many.toJSON());
    expect(readRollUpTable(file, 'operations', 'service 999')).toHaveLength(1);
  });

  it('tells of every byte that is damaged, and of each that is missing', () => {
    writeRollUp(file, rollUp, facts);
    const readAll = (): void => {
      readRollUp(file);
      readRollUpTable(file, 'services');
    };
    const bytes = readFileSync(file);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 1;
      writeFileSync(file, damaged);
      expect(readAll, `byte ${at}`).toThrow(file);
    }
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes);
      truncateSync(file, length);
      expect(readAll, `length ${length}`).toThrow();
    }
  });
});

import { describe, expect, it } from 'vitest';

import { StorageFailedError } from '../../span-store.ts';
import type { IngestEvent } from './ingest-messages.ts';
import { Obstacles } from './obstacles.ts';

const full = new StorageFailedError('the disk is full', 'full', undefined);
const broken = new StorageFailedError('the disk is broken', 'failed', undefined);

describe('obstacles', () => {
  function watched() {
    const events: IngestEvent[] = [];
    const clock = { now: 0 };
    const obstacles = new Obstacles(
      (event) => events.push(event),
      () => clock.now,
    );
    const told = () =>
      events.splice(0).map((event) => (event.type === 'obstacle' ? event.failure?.reason : event.type));
    return { obstacles, clock, told };
  }

  it('are told when they are new or others, and again after a minute', () => {
    const { obstacles, clock, told } = watched();
    obstacles.meet('writing', full, 'wait');
    expect(told()).toEqual(['log', 'full']);
    clock.now = 59_999;
    obstacles.meet('writing', full, 'wait');
    expect(told()).toEqual([]);
    clock.now = 60_000;
    obstacles.meet('writing', full, 'wait');
    expect(told()).toEqual(['log', 'full']);
    obstacles.meet('writing', broken, 'wait');
    expect(told()).toEqual(['log', 'failed']);
  });

  it('leave the other to tell when one is overcome, and are over with the last', () => {
    const { obstacles, told } = watched();
    obstacles.meet('writing', full, 'wait');
    obstacles.meet('reading', broken, 'wait');
    expect([obstacles.has('writing'), obstacles.has('reading')]).toEqual([true, true]);
    told();
    obstacles.overcome('writing');
    expect(told()).toEqual(['log', 'failed']);
    obstacles.overcome('writing');
    expect(told()).toEqual([]);
    obstacles.overcome('reading');
    expect(told()).toEqual(['log', undefined]);
  });
});

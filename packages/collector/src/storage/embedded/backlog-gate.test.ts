import { describe, expect, it } from 'vitest';

import { OverloadedError } from '../span-store.ts';
import type { GateTime } from './backlog-gate.ts';
import { BacklogGate } from './backlog-gate.ts';

class ManualTime implements GateTime {
  #now = 0;
  #due: { atMillis: number; run: () => void }[] = [];

  nowMillis(): number {
    return this.#now;
  }

  later(delayMillis: number, run: () => void): void {
    this.#due.push({ atMillis: this.#now + delayMillis, run });
  }

  get pending(): number {
    return this.#due.length;
  }

  advance(millis: number): void {
    const end = this.#now + millis;
    for (;;) {
      const next = this.#due.filter(({ atMillis }) => atMillis <= end).sort((a, b) => a.atMillis - b.atMillis)[0];
      if (next === undefined) break;
      this.#due = this.#due.filter((one) => one !== next);
      this.#now = next.atMillis;
      next.run();
    }
    this.#now = end;
  }
}

function gateOf(limitBytes: number, waitMillis: number) {
  const time = new ManualTime();
  const state = { backlog: 0, entered: [] as string[] };
  const gate = new BacklogGate({ limitBytes, waitMillis, backlogBytes: () => state.backlog, time });
  const enter = (name: string, bytes: number): Promise<string> =>
    gate
      .enter(bytes, async () => {
        state.backlog += bytes;
        state.entered.push(name);
      })
      .then(
        () => 'entered',
        (error: unknown) => (error instanceof OverloadedError ? 'refused' : String(error)),
      );
  return { gate, time, state, enter };
}

describe('BacklogGate', () => {
  it('lets in what fits to the byte, at once', async () => {
    const { enter, state, time } = gateOf(100, 1000);
    expect(await enter('a', 60)).toBe('entered');
    expect(await enter('b', 40)).toBe('entered');
    expect(state.entered).toEqual(['a', 'b']);
    expect(time.pending).toBe(0);
  });

  it('keeps a byte too many waiting until there is room, and all behind it, in order', async () => {
    const { enter, state, time } = gateOf(100, 1000);
    await enter('a', 100);
    const b = enter('b', 80);
    const c = enter('c', 1);
    time.advance(500);
    expect(state.entered).toEqual(['a']);
    state.backlog = 21;
    time.advance(5);
    expect(state.entered).toEqual(['a']);
    state.backlog = 20;
    time.advance(5);
    expect([await b, state.entered]).toEqual(['entered', ['a', 'b']]);
    state.backlog = 99;
    time.advance(5);
    expect([await c, state.entered, time.pending]).toEqual(['entered', ['a', 'b', 'c'], 0]);
  });

  it('refuses when the wait is over, not before', async () => {
    const { enter, state, time } = gateOf(100, 1000);
    await enter('a', 100);
    let answer: string | undefined;
    const b = enter('b', 1).then((text) => (answer = text));
    time.advance(999);
    await Promise.resolve();
    expect(answer).toBeUndefined();
    time.advance(1);
    expect(await b).toBe('refused');
    expect(state.entered).toEqual(['a']);
    state.backlog = 0;
    expect(await enter('c', 1)).toBe('entered');
  });

  it('refuses at once without a wait', async () => {
    const { enter, time } = gateOf(100, 0);
    await enter('a', 100);
    expect(await enter('b', 1)).toBe('refused');
    expect(time.pending).toBe(0);
  });

  it('takes a body larger than its limit when nothing else is behind', async () => {
    const { enter, state, time } = gateOf(100, 1000);
    await enter('a', 1);
    const b = enter('b', 1000);
    time.advance(10);
    state.backlog = 0;
    time.advance(5);
    expect(await b).toBe('entered');
  });

  it('passes a failed append on, and lets in the next', async () => {
    const { gate, state, time } = gateOf(100, 1000);
    state.backlog = 100;
    const failing = gate.enter(1, () => Promise.reject(new Error('disk full')));
    let entered = false;
    const next = gate.enter(1, async () => {
      entered = true;
    });
    state.backlog = 0;
    time.advance(5);
    await expect(failing).rejects.toThrow('disk full');
    await next;
    expect(entered).toBe(true);
  });

  it('passes on what an append throws at once, and lets in the next', async () => {
    const { gate, time, state, enter } = gateOf(10, 100);
    await enter('first', 10);
    const broken = gate.enter(5, () => {
      throw new Error('the disk is full');
    });
    const next = enter('next', 5);
    state.backlog = 0;
    time.advance(5);
    await expect(broken).rejects.toThrow('the disk is full');
    expect(await next).toBe('entered');
  });

  it('turns away those who wait, and lets in who comes then', async () => {
    const { gate, time, state, enter } = gateOf(10, 100);
    await enter('first', 10);
    const waiting = enter('waiting', 5);
    gate.turnAway(new Error('the disk is full'));
    expect(await waiting).toContain('the disk is full');
    const later = enter('later', 5);
    state.backlog = 0;
    time.advance(5);
    expect(await later).toBe('entered');
  });

  it('tells those who wait when it closes', async () => {
    const { gate, enter, time } = gateOf(100, 1000);
    await enter('a', 100);
    const b = enter('b', 1);
    gate.close(new Error('the store is closed'));
    expect(await b).toBe('Error: the store is closed');
    time.advance(5000);
    expect(time.pending).toBe(0);
  });
});

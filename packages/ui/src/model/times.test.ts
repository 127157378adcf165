import { describe, expect, it } from 'vitest';
import { instantFormat } from './instants.ts';
import { fromLocalInput, parseInstantMicros, presetReaching, toLocalInput, widerPreset } from './time-range.ts';

const noon = Date.UTC(2026, 10, 22, 12);

describe('instantFormat', () => {
  const format = instantFormat('en', 'Asia/Shanghai');

  it('names the zone', () => {
    expect(format.zone).toBe('Asia/Shanghai (GMT+8)');
    expect(format.long(noon * 1000 + 5000)).toMatch(/20:00:00\.005 GMT\+8/);
  });

  it.each([
    [0, '0s ago'],
    [-59_999, '0s ago'],
    [-60_000, 'in 1m'],
    [59_000, '59s ago'],
    [60_000, '1m ago'],
    [3_599_000, '59m ago'],
    [3_600_000, '1h ago'],
    [3 * 86_400_000, '3d ago'],
  ])('says how long ago %d ms are', (millis, text) => {
    expect(format.relative((noon - millis) * 1000, noon)).toBe(text);
  });
});

describe('instants in the address', () => {
  it('needs a zone', () => {
    expect(parseInstantMicros('2026-11-22T12:00:00Z')).toBe(noon * 1000);
    expect(parseInstantMicros('2026-11-22T14:00:00.000+02:00')).toBe(noon * 1000);
    expect(parseInstantMicros('2026-11-22T12:00:00')).toBeUndefined();
    expect(parseInstantMicros('2026-13-41T12:00:00Z')).toBeUndefined();
    expect(parseInstantMicros('yesterday')).toBeUndefined();
  });

  it('survives the input of the browser', () => {
    expect(fromLocalInput(toLocalInput(noon * 1000))).toBe('2026-11-22T12:00:00.000Z');
    expect(fromLocalInput('')).toBeUndefined();
  });

  it('widens to the next preset, and not beyond the last', () => {
    expect(widerPreset('24h')).toBe('2d');
    expect(widerPreset('30d')).toBeUndefined();
  });

  it('finds the preset that reaches a trace', () => {
    expect(presetReaching((noon - 60_000) * 1000, noon)).toBe('1h');
    expect(presetReaching((noon - 2 * 3_600_000) * 1000, noon)).toBe('6h');
    expect(presetReaching(0, noon)).toBe('30d');
  });
});

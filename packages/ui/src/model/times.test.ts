import { describe, expect, it } from 'vitest';
import { instantFormat } from './instants.ts';
import { editedInstant, formatInstant, fromLocalInput, toLocalInput } from './instant-text.ts';
import { parseInstantMicros, presetReaching, widerPreset } from './time-range.ts';

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

  it('are read and written to the microsecond, without digits that say nothing', () => {
    expect(parseInstantMicros('2026-11-22T12:00:00.000001Z')).toBe(noon * 1000 + 1);
    expect(parseInstantMicros('2026-11-22T12:00:00.1234567Z')).toBe(noon * 1000 + 123_456);
    expect(parseInstantMicros('2026-11-22T12:00:00.5Z')).toBe(noon * 1000 + 500_000);
    expect(formatInstant(noon * 1000)).toBe('2026-11-22T12:00:00.000Z');
    expect(formatInstant(noon * 1000 + 500_000)).toBe('2026-11-22T12:00:00.500Z');
    expect(formatInstant(noon * 1000 + 1)).toBe('2026-11-22T12:00:00.000001Z');
    expect(formatInstant(noon * 1000 - 1)).toBe('2026-11-22T11:59:59.999999Z');
  });

  it('stay as they are when nobody changed them in the input of the browser', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Europe/Berlin';
    try {
      // The clock shows 02:30 for both.
      for (const value of ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T12:00:00.750Z']) {
        const text = toLocalInput(parseInstantMicros(value)!);
        expect(editedInstant(text, value)).toBeUndefined();
        expect(editedInstant(text.replace(/:00$/, ''), value)).toBeUndefined();
      }
      expect(toLocalInput(Date.UTC(2026, 9, 25, 1, 30) * 1000)).toBe('2026-10-25T02:30:00');
      expect(editedInstant('2026-10-25T13:00:01', '2026-10-25T12:00:00.750Z')).toBe('2026-10-25T12:00:01.000Z');
      expect(editedInstant('', '2026-10-25T12:00:00.750Z')).toBeUndefined();
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
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

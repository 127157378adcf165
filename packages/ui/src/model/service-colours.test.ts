import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assignHues, hueCount, hueOf } from './service-colours.ts';
import { contrast, oklchLuminance } from './contrast.ts';

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `service-${index}`);

describe('assignHues', () => {
  it('gives twelve services twelve hues', () => {
    expect(new Set(assignHues(names(12)).values()).size).toBe(hueCount);
  });

  it('repeats hues evenly from the thirteenth on', () => {
    const uses = new Map<number, number>();
    for (const hue of assignHues(names(30)).values()) uses.set(hue, (uses.get(hue) ?? 0) + 1);
    expect(Math.max(...uses.values()) - Math.min(...uses.values())).toBeLessThanOrEqual(1);
  });

  it('does not depend on the order of appearance', () => {
    expect(assignHues(names(9))).toEqual(assignHues(names(9).reverse()));
  });

  it('keeps the hue of a name that nobody else has, whoever is displaced', () => {
    const all = names(12);
    const hues = assignHues(all);
    const alone = all.filter((name) => all.every((other) => other === name || hueOf(other) !== hueOf(name)));
    expect(alone.length).toBeGreaterThan(0);
    for (const name of alone) expect(hues.get(name)).toBe(hueOf(name));
  });
});

describe('the service hues of tokens.css', () => {
  const css = readFileSync(new URL('../tokens.css', import.meta.url), 'utf8');
  const pair = (name: string): [string, string] => {
    const match = new RegExp(`${name}: light-dark\\((oklch\\([^)]*\\)), (oklch\\([^)]*\\))\\)`).exec(css);
    return [match?.[1] ?? '', match?.[2] ?? ''];
  };

  it.each([0, 1])('stand out 3 : 1 from every row background (theme %d)', (theme) => {
    for (const surface of ['--surface', '--surface-hover', '--surface-selected']) {
      const background = oklchLuminance(pair(surface)[theme] ?? '');
      for (let hue = 0; hue < hueCount; hue++) {
        const ratio = contrast(oklchLuminance(pair(`--service-${hue}`)[theme] ?? ''), background);
        expect(ratio, `hue ${hue} on ${surface}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  it.each([0, 1])('text reads at 4.5 : 1 on every background (theme %d)', (theme) => {
    for (const surface of [
      '--surface',
      '--surface-raised',
      '--surface-sunken',
      '--surface-hover',
      '--surface-selected',
    ]) {
      const background = oklchLuminance(pair(surface)[theme] ?? '');
      for (const text of ['--text', '--text-muted', '--text-faint', '--error', '--warning', '--accent']) {
        const ratio = contrast(oklchLuminance(pair(text)[theme] ?? ''), background);
        expect(ratio, `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

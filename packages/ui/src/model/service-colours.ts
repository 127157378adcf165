/** How many service hues the tokens define (`--service-0` … `--service-11`). */
export const hueCount = 12;

/** FNV-1a over UTF-16 units: the same name has the same hue on every machine. */
export function hueOf(name: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01_00_01_93);
  }
  return ((hash ^ (hash >>> 15)) >>> 0) % hueCount;
}

/**
 * A hue for every service in view. Each gets the hue of its name unless another in view has it; then the next free one.
 * Names are settled in the order of their own hash, not of their appearance, so the order of spans changes nothing.
 * Beyond twelve services hues repeat.
 */
export function assignHues(names: Iterable<string>): Map<string, number> {
  const sorted = [...new Set(names)].sort();
  const taken = Array.from({ length: hueCount }, () => 0);
  const hues = new Map<string, number>();
  let full = 0;
  for (const name of sorted) {
    const hue = nextFree(hueOf(name), taken, full);
    taken[hue] = (taken[hue] ?? 0) + 1;
    hues.set(name, hue);
    if (hues.size % hueCount === 0) full++;
  }
  return hues;
}

function nextFree(wanted: number, taken: readonly number[], full: number): number {
  for (let step = 0; step < hueCount; step++) {
    const hue = (wanted + step) % hueCount;
    if ((taken[hue] ?? 0) <= full) return hue;
  }
  return wanted;
}

/** The custom property that holds a hue. */
export function hueProperty(hue: number): string {
  return `--service-${hue}`;
}

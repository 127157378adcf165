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
 * A hue for every service in view. Each gets the hue of its name unless a name before it in the alphabet has it; those
 * take the next that is free, after all others are settled. The order of appearance changes nothing. Beyond twelve
 * services hues repeat evenly.
 */
export function assignHues(names: Iterable<string>): Map<string, number> {
  const hues = new Map<string, number>();
  let waiting = [...new Set(names)].sort();
  while (waiting.length > 0) waiting = fillRound(waiting, hues);
  return hues;
}

/** Gives each hue once, to those who want it first; returns the names that are left when all are given. */
function fillRound(names: readonly string[], hues: Map<string, number>): string[] {
  const taken = new Set<number>();
  const displaced: string[] = [];
  for (const name of names) {
    const wanted = hueOf(name);
    if (taken.has(wanted)) displaced.push(name);
    else hues.set(name, wanted);
    taken.add(wanted);
  }
  const fitting = displaced.slice(0, hueCount - taken.size);
  for (const name of fitting) {
    const free = nextFree(hueOf(name), taken);
    taken.add(free);
    hues.set(name, free);
  }
  return displaced.slice(fitting.length);
}

function nextFree(wanted: number, taken: ReadonlySet<number>): number {
  let hue = wanted;
  while (taken.has(hue)) hue = (hue + 1) % hueCount;
  return hue;
}

/** The custom property that holds a hue. */
export function hueProperty(hue: number): string {
  return `--service-${hue}`;
}

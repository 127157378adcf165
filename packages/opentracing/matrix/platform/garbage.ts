interface Collectors {
  gc?: () => void;
  Bun?: { gc: (now: boolean) => void };
}

/** What collects garbage here: Bun has it, the others are started with a flag for it. */
export function garbageCollector(): (() => void) | undefined {
  const { gc, Bun } = globalThis as Collectors;
  if (gc !== undefined) return () => gc();
  return Bun && (() => Bun.gc(true));
}

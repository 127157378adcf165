import type { Sampler } from '../sampling/sampler.ts';

/** Closes each, although one throws; then throws what the first threw. */
export function closeAll(samplers: readonly (Sampler | undefined)[]): void {
  const errors: unknown[] = [];
  for (const sampler of samplers) {
    try {
      sampler?.close?.();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

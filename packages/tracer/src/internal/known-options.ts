import { invalidOption } from './invalid-option.ts';

/** Throws a `TypeError` unless `options` is an object that has no other keys than these: what is misspelt says so. */
export function knownOptions(option: string, options: object, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption(option, options, `takes an object with ${names.join(', ')}`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidOption(option, unknown, `knows only ${names.join(', ')}`);
}

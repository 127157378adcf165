import { invalidOption } from './invalid-option.ts';

/**
 * Throws a `TypeError` unless `options` is an object that has no other keys than these: what is misspelt says so.
 *
 * @param example what to write instead of what is no object; the names unless given
 */
export function knownOptions(
  option: string,
  options: object,
  names: readonly string[],
  example: string = `{ ${names.join(', ')} }`,
): void {
  // Arrays and Maps have entries, and none of these names.
  if (typeof options !== 'object' || options === null || Symbol.iterator in options)
    throw invalidOption(option, options, `takes an object of options, such as ${example}`);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidOption(option, unknown, `knows only the options ${names.join(', ')}`);
}

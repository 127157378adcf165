/** Of what `printable` of `@spanwise/analysis` takes away, that which JSON does not escape by itself. */
const commands = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The value as JSON that commands no terminal and says the same: strings of strangers are in it. */
export function printedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    commands,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

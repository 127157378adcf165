/** Control characters, and the ones that turn the direction of what follows. */
const commands = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The text with everything that could move the cursor, colour the line or turn it round shown as `�`, line ends too. For names and messages
 * of spans in a terminal, which strangers choose; no escape for HTML or a shell.
 */
export function printable(text: string): string {
  return text.replace(commands, '\ufffd');
}

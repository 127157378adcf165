import { Glob } from './glob.ts';
import { invalidOption } from './invalid-option.ts';

/**
 * What a text must be: a string for exactly that, `{ prefix }` for its beginning, `{ glob }` where `?` is any character
 * and `*` any run of them, or a function that says so. Matching takes time by the product of both lengths at most; that of
 * a function is yours: a regular expression may hang the process on a text that a stranger has sent.
 *
 * In paths `?` and `*` stop at `/`, and `**` does not.
 */
export type TextPattern =
  | string
  | ((text: string) => boolean)
  | {
      /** How the text begins. */
      readonly prefix: string;
    }
  | {
      /** The whole text, with `?` and `*`. */
      readonly glob: string;
    };

/** Whether a text is as the pattern says. */
export type TextTest = (text: string) => boolean;

const maxGlobLength = 256;
/** Longer texts match no glob. */
const maxGlobText = 8192;

/** Makes the test, or throws a `TypeError` that shows the pattern and what to write instead. */
export function textTest(option: string, pattern: TextPattern, kind: 'path' | 'text'): TextTest {
  if (typeof pattern === 'string') return (text) => text === pattern;
  if (typeof pattern === 'function') return (text) => isTrue(pattern(text));
  const { prefix, glob, ...others } = (pattern ?? {}) as { prefix?: unknown; glob?: unknown };
  const isPlain = typeof pattern === 'object' && Object.keys(others).length === 0;
  if (isPlain && typeof prefix === 'string' && glob === undefined) return (text) => text.startsWith(prefix);
  if (isPlain && typeof glob === 'string' && prefix === undefined) return globTest(option, glob, kind);
  throw invalidOption(
    option,
    pattern,
    'must be a string, { prefix } or { glob } with a string, or a function such as (text) => /^a/.test(text)',
  );
}

function globTest(option: string, glob: string, kind: 'path' | 'text'): TextTest {
  if (glob.length > maxGlobLength) {
    throw invalidOption(option, glob, `must be a glob of at most ${maxGlobLength} characters`);
  }
  const compiled = new Glob(glob, kind === 'path');
  return (text) => text.length <= maxGlobText && compiled.matches(text);
}

/** Without types a function gives anything, a promise too. */
function isTrue(given: unknown): boolean {
  return given === true;
}

import { Glob } from './glob.ts';
import { invalidOption } from './invalid-option.ts';
import { regExpWork } from './regexp-work.ts';

/**
 * What a text must be: a string for exactly that, `{ prefix }` for its beginning, `{ glob }` where `?` is any character
 * and `*` any run of them, or a regular expression.
 *
 * In paths `?` and `*` stop at `/`, and `**` does not. Regular expressions that could hang the process are refused, and
 * match no text of more than 512 characters.
 */
export type TextPattern =
  | string
  | RegExp
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

/** Longer texts match no regular expression, because its time may grow with a power of the length. */
const maxRegExpText = 512;
/** Ways to try before it gives up: some milliseconds. */
const maxRegExpWork = 2 ** 19;
const maxGlobLength = 256;
/** Longer texts match no glob. */
const maxGlobText = 8192;

/** Makes the test, or throws a `TypeError` that shows the pattern and what to write instead. */
export function textTest(option: string, pattern: TextPattern, kind: 'path' | 'text'): TextTest {
  if (typeof pattern === 'string') return (text) => text === pattern;
  if (pattern instanceof RegExp) return regExpTest(option, pattern);
  const { prefix, glob, ...others } = (pattern ?? {}) as { prefix?: unknown; glob?: unknown };
  const isPlain = typeof pattern === 'object' && Object.keys(others).length === 0;
  if (isPlain && typeof prefix === 'string' && glob === undefined) return (text) => text.startsWith(prefix);
  if (isPlain && typeof glob === 'string' && prefix === undefined) return globTest(option, glob, kind);
  throw invalidOption(option, pattern, 'must be a string, a RegExp, { prefix } or { glob } with a string');
}

function globTest(option: string, glob: string, kind: 'path' | 'text'): TextTest {
  if (glob.length > maxGlobLength) {
    throw invalidOption(option, glob, `must be a glob of at most ${maxGlobLength} characters`);
  }
  const compiled = new Glob(glob, kind === 'path');
  return (text) => text.length <= maxGlobText && compiled.matches(text);
}

function regExpTest(option: string, pattern: RegExp): TextTest {
  const { source, flags } = pattern;
  if (flags.includes('v')) {
    throw invalidOption(option, `/${source}/${flags}`, 'must be a RegExp without the flag v (take u)');
  }
  if (!(regExpWork(pattern, maxRegExpText) <= maxRegExpWork)) {
    throw invalidOption(
      option,
      `/${source}/${flags}`,
      'must be a RegExp that cannot hang: begin it with ^, bound what repeats as in {1,9}, nest no repetitions, ' +
        "or write a glob such as { glob: '/users/*/orders' }",
    );
  }
  // A copy, because `lastIndex` of global and sticky ones moves.
  const copy = new RegExp(source, flags.replace(/[gy]/g, ''));
  return (text) => text.length <= maxRegExpText && copy.test(text);
}

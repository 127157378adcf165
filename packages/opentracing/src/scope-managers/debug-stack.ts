const limit = 40;

type AnyFunction = (...args: never[]) => unknown;

/** Something with a stack. */
export interface Stacked {
  readonly stack?: string | undefined;
}

/**
 * A stack that is deep enough for debugging; its text is made when it is first read. It begins with the caller of
 * `below`, a function that runs now, where the engine can do that. Never throws.
 */
export function deepError(below: AnyFunction): Stacked {
  const before = Error.stackTraceLimit;
  // Not by assignment, which throws where the globals are frozen.
  Reflect.set(Error, 'stackTraceLimit', limit);
  try {
    if (typeof Error.captureStackTrace !== 'function') return new Error('here');
    const stacked: Stacked = {};
    Error.captureStackTrace(stacked, below);
    return stacked;
  } finally {
    Reflect.set(Error, 'stackTraceLimit', before);
  }
}

/** Where `below` was called, as lines of a stack that begin with the application's. Never throws. */
export function captureStack(below: AnyFunction): string {
  return applicationStack(deepError(below));
}

/**
 * The same for what only scope managers call: what is between them and `below` is theirs, also functions without a name,
 * by which they call who watches them.
 */
export function captureStackOfManager(below: AnyFunction): string {
  const frames = framesOf(deepError(below));
  const manager = frames.slice(0, maxBetween).findIndex((line) => isOfLibrary(line));
  return withoutLibrary(manager < 0 ? frames : frames.slice(manager));
}

const maxBetween = 4;

/**
 * A stack without its message, and without the frames above the application's: those of this package, of tracers, and of
 * Node. All of them when none would be left, or when the engine writes stacks in a way of its own. Never throws.
 */
export function applicationStack(error: Stacked): string {
  return withoutLibrary(framesOf(error));
}

/** The same, but empty when none would be left: for stacks that begin in hooks of Node, whose frames tell nothing. */
export function applicationStackOrNone(error: Stacked): string {
  const frames = framesOf(error);
  return frames.some((line) => !isOfLibrary(line)) ? withoutLibrary(frames) : '';
}

function withoutLibrary(frames: readonly string[]): string {
  const first = frames.findIndex((line) => !isOfLibrary(line));
  return (first < 0 ? frames : frames.slice(first)).join('\n');
}

/** The first line of a stack: the place. */
export function topFrame(stack: string): string {
  return stack.split('\n', 1)[0] ?? '';
}

/** What tells one place from others: its first line, or so many that one of them is the application's. */
export function placeIn(stack: string): string {
  return stack
    .split('\n', isExact ? 1 : linesWhenUnsure)
    .map((line) => line.trim())
    .join('|');
}

const linesWhenUnsure = 12;

function framesOf(error: Stacked): string[] {
  try {
    // The application may have an `Error.prepareStackTrace` that gives anything, or throws.
    const { stack } = error as { stack?: unknown };
    if (typeof stack !== 'string') return [];
    return stack.split('\n').filter((line) => line !== '' && !/^(?:Error|\[object )/.test(line));
  } catch {
    return [];
  }
}

const frame = /^\s*at (?:async )?(?:(.*) \((.*)\)|(.*))$/;

function placeOfFrame(line: string): string {
  const [, , withName, alone] = frame.exec(line) ?? [];
  return pathOf((withName ?? alone ?? '').replace(/(?::\d+){1,2}$/, ''));
}

/** A module has its URL in stacks, and a script its path. */
function pathOf(place: string): string {
  const path = place.replaceAll('\\', '/');
  if (!path.startsWith('file://')) return path;
  try {
    return decodeURI(path).replace(/^file:\/\/(?:\/(?=[A-Za-z]:\/))?/, '');
  } catch {
    return path;
  }
}

/**
 * The folder of this package, while it has files of its own: `undefined` when an application was bundled into one file
 * with it.
 */
const ownFolder = /^(.*\/)(?:lib\/debug-stack\.chunk\.m?js|src\/scope-managers\/debug-stack\.ts)$/.exec(
  placeOfFrame(framesOf(new Error('here'))[0] ?? ''),
)?.[1];

function isOwnFile(place: string): boolean {
  if (ownFolder === undefined || !place.startsWith(ownFolder)) return false;
  const inside = place.slice(ownFolder.length);
  // With source maps what runs from lib has the names of its sources.
  return /^(?:lib|src)\//.test(inside) && !/\.test\.|\/fixtures\//.test(inside);
}

/** Whether what is left begins with the application's frame: by file, or by names that no minifier has changed. */
const isExact = ownFolder !== undefined || (/^deepError(?:\$\d+)?$/.test(deepError.name) && isV8());

function isV8(): boolean {
  return frame.test(framesOf(new Error('here'))[0] ?? '');
}

/**
 * By what names the frames of this package and of tracers are told where files do not tell: in bundles, and for tracers
 * that are in other packages. Regular expressions; a test holds each to what is declared.
 *
 * @internal
 */
export const libraryNames: Readonly<Record<KindOfName, readonly string[]>> = {
  /** Ends of names of classes, ours and those that extend them, with the methods that lead from the application to here. */
  extended: ['Tracer', 'TracerClass', 'Delegate', 'ScopeManager', 'Scope'],
  methods: [
    String.raw`\w*[sS]tart\w*Span`,
    'withActiveSpan',
    'trace',
    'activate',
    String.raw`run\w*`,
    'wrap',
    'bind',
    'snapshot',
    'setLink',
    String.raw`close\w*`,
  ],
  /** Classes, with all their methods. */
  own: ['ScopeDebugger', 'AsyncCauses'],
  /** Methods that nobody else has, so that they are told also where a minifier has renamed the classes. */
  anywhere: [
    'startSpan',
    'startActiveSpan',
    'withActiveSpan',
    'closeActivated',
    'closeLater',
    'closedInWrongOrder',
    'closedElsewhere',
  ],
  /** What the engine shows as of `Object`, because a function stands in the place of the class that it constructs. */
  ofObject: ['trace'],
  functions: [
    'watchedStartSpan',
    'deepError',
    'captureStack',
    'captureStackOfManager',
    'runInScope',
    'runBound',
    'runUntilDone',
    'closeScope',
    'startChildSpan',
  ],
};

type KindOfName = 'extended' | 'methods' | 'own' | 'anywhere' | 'ofObject' | 'functions';

const oneOf = (names: readonly string[]): string => `(?:${names.join('|')})`;

// Bundlers add `$1` to names that they have twice.
const ofLibrary = new RegExp(
  `^(?:new )?(?:${[
    String.raw`[\w$]*${oneOf(libraryNames.extended)}(?:\$\d+)?\.${oneOf(libraryNames.methods)}`,
    String.raw`(?:[\w$]*(?:Scope|ScopeManager)(?:\$\d+)?\.)?\[(?:Symbol|nodejs)\.(?:asyncD|d)ispose\]`,
    // Node calls what it is given by `createHook` as methods of its own class.
    String.raw`[\w$]*${oneOf([...libraryNames.own, 'AsyncHook'])}(?:\$\d+)?\..*`,
    String.raw`(?:[\w$]+\.)?${oneOf(libraryNames.anywhere)}`,
    // A method of `Object` is what is called by `require_core.runInScope()`.
    String.raw`(?:(?:Object|Module|module|exports)\.)?${oneOf(libraryNames.functions)}(?:\$\d+)?`,
    String.raw`Object\.${oneOf(libraryNames.ofObject)}`,
  ].join('|')})$`,
);

function isOfLibrary(line: string): boolean {
  const match = frame.exec(line);
  if (match === null) return false;
  const place = placeOfFrame(line);
  if (place.startsWith('node:') || place === '<anonymous>' || isOwnFile(place)) return true;
  const name = (match[1] ?? '').replace(/ \[as .*\]$/, '').replace(/^(.*\.)?[gs]et (?=\S+$)/, '$1');
  return ofLibrary.test(name);
}

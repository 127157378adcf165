const limit = 40;

/** An error whose stack is deep enough for debugging. Its text is made when it is first read. Never throws. */
export function deepError(): Error {
  const before = Error.stackTraceLimit;
  // Not by assignment, which throws where the globals are frozen.
  Reflect.set(Error, 'stackTraceLimit', limit);
  const error = new Error('here');
  Reflect.set(Error, 'stackTraceLimit', before);
  return error;
}

/** Where we are, as lines of a stack that begin with the application's. */
export function captureStack(): string {
  return applicationStack(deepError());
}

/**
 * The stack of an error without its message, and without the frames above the application's: those of this package and
 * of Node. All of them when none would be left, or when the engine writes stacks in a way of its own.
 */
export function applicationStack(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => !line.startsWith('Error'));
  const first = frames.findIndex((line) => !isOfLibrary(line));
  return (first < 0 ? frames : frames.slice(first)).join('\n');
}

/** The first line of a stack: the place. */
export function topFrame(stack: string): string {
  return stack.split('\n', 1)[0] ?? '';
}

const frame = /^\s*at (?:async )?(?:(.*) \((.*)\)|(.*))$/;

// By name and not by file: an application that is bundled has one file.
const ofLibrary =
  /^(?:new )?(?:\w*(?:Tracer|TracerClass|Delegate|ScopeManager|Scope|ScopeDebugger|AsyncCauses|AsyncHook)\..*|(?:\w+\.)?(?:startSpan|startActiveSpan|withActiveSpan|watchedStartSpan)|Object\.trace|deepError|captureStack|runInScope|runBound|runUntilDone)$/;

function isOfLibrary(line: string): boolean {
  const match = frame.exec(line);
  if (match === null) return false;
  const place = match[2] ?? match[3] ?? '';
  return (
    place.startsWith('node:') || place === '<anonymous>' || ofLibrary.test((match[1] ?? '').replace(/ \[as .*\]$/, ''))
  );
}

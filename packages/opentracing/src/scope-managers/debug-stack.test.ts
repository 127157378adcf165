import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { applicationStack, libraryNames } from './debug-stack.ts';

const sources = path.join(import.meta.dirname, '..');
const declarations = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|fixtures|harness|conformance/.test(file))
  .map((file) => readFileSync(path.join(sources, file), 'utf8'))
  .join('\n');

const { extended, methods, own, anywhere, ofObject, functions } = libraryNames;

describe('the names by which frames of the library are told in a bundle', () => {
  it.each([...extended, ...own])('have a class %s', (name) => {
    expect(declarations).toMatch(new RegExp(String.raw`\bclass \w*${name}\b|\bcallable\('${name}'`));
  });

  it.each([...methods, ...anywhere, ...ofObject])('have a method %s', (name) => {
    expect(declarations).toMatch(new RegExp(String.raw`^ {2}(?:(?!return|new)[a-z]+ )*${name}[(<].*[{(]$`, 'm'));
  });

  it.each(functions)('have a function %s', (name) => {
    expect(declarations).toMatch(new RegExp(String.raw`\bfunction ${name}[(<]`));
  });

  it.each(['trace', 'guarded', 'bindTask', 'GuardedWatcher.opened', 'tracing.trace', 'Traced.wrap', 'run'])(
    "have no %s, which is an application's",
    (name) => {
      const frames = [`    at ${name} (/app/bundle.js:2:2)`, '    at main (/app/bundle.js:3:3)'];
      const stack = ['Error: here', '    at runInScope (/app/bundle.js:1:1)', ...frames].join('\n');
      expect(applicationStack({ stack })).toBe(frames.join('\n'));
    },
  );

  it.each([
    'MockTracer.trace',
    'Object.trace',
    'GlobalTracerDelegate.withActiveSpan',
    'TracerClass$1.startActiveSpan',
    'ScopeDebugger.opened',
    'SyncStackScopeManager.runWith',
    'ActivatedScope.close',
    'a.startSpan',
    'watchedStartSpan',
    'Object.runInScope$1',
    'AsyncHook.init',
    'CallbackScope.[Symbol.dispose]',
    'get MyScopeManager.bind',
  ])('have %s', (name) => {
    const stack = ['Error: here', `    at ${name} (/app/bundle.js:1:1)`, '    at main (/app/bundle.js:3:3)'].join('\n');
    expect(applicationStack({ stack })).toBe('    at main (/app/bundle.js:3:3)');
  });
});

import { parseArgs } from 'node:util';

import { runtimes as known } from './runtimes.mjs';

const names = known.map(({ name }) => name);

const help = `Runs the conformance suite of @spanwise/opentracing on ${names.join(', ')},
prints a table, and writes it to docs/runtimes.md when all of them ran and passed.

Runtimes are installed from npm into \${XDG_CACHE_HOME:-~/.cache}/spanwise-peers/runtimes, in the versions of
versions.json. Chromium is the machine's; $CHROMIUM names another. Where one cannot be had it is left out and the
document left alone; with CI set, or where it was asked for by --only or $CHROMIUM, that is a failure. Status: 0, 1 when something failed, 2 for wrong options.

  npm run test:matrix                              all runtimes
  npm run test:matrix -- --only bun,deno           two of them; the document is left alone
  npm run test:matrix -- --only node26             one Node, with the whole test suite of the package
  npm run test:matrix -- --self-test               plants mistakes and expects every runtime to report them
  CHROMIUM=/opt/chrome npm run test:matrix -- --only chromium
`;

/** What the command line asks for; ends the process for --help and for what it does not understand. */
export function optionsOf(args) {
  const { only, help: wantsHelp, 'self-test': isSelfTest } = parsed(args);
  if (wantsHelp) end(0, help);
  const asked = only?.split(',').map((name) => name.trim()) ?? names;
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0) end(2, `--only ${only}: no runtime "${unknown[0]}"; there are ${names.join(', ')}`);
  return { runtimes: known.filter(({ name }) => asked.includes(name)), all: only === undefined, isSelfTest };
}

function parsed(args) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        'self-test': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return end(2, `${error.message}\n\n${help}`);
  }
}

function end(status, text) {
  (status === 0 ? console.log : console.error)(text);
  process.exit(status);
}

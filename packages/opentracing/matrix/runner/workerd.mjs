import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { outputOf, start, within } from './processes.mjs';

// `nodejs_als` is the least that has AsyncLocalStorage; the date is one that the pinned version knows.
const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "suite", worker = (
    modules = [(name = "suite.mjs", esModule = embed "suite.mjs")],
    compatibilityDate = "2026-11-01",
    compatibilityFlags = ["nodejs_als"]
  ))],
  v8Flags = ["--expose-gc"],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "suite")]
);
`;

/**
 * Runs the suite in a worker, which answers a request with the report.
 *
 * @throws when there is no such answer in time
 */
export async function runWorkerd({ program, bundles, log, timeoutMs }) {
  const folder = path.join(path.dirname(bundles.worker), 'workerd');
  mkdirSync(folder, { recursive: true });
  copyFileSync(bundles.worker, path.join(folder, 'suite.mjs'));
  writeFileSync(path.join(folder, 'config.capnp'), config);
  const { child, ended, stop } = start(program, ['serve', '--control-fd=3', 'config.capnp'], {
    log,
    cwd: folder,
    extra: ['pipe'],
  });
  const endedEarly = ended.then(({ how }) => Promise.reject(new Error(`workerd ended with ${how}`)));
  try {
    const answered = portOf(child.stdio[3]).then(reportFrom);
    return { report: await within(timeoutMs, Promise.race([answered, endedEarly])) };
  } catch (error) {
    throw new Error(`${error.message}\n${outputOf(log)}`, { cause: error });
  } finally {
    // Its end is meant now.
    endedEarly.catch(() => {});
    await stop();
  }
}

/** workerd writes a line of JSON for each socket once it listens. */
async function portOf(control) {
  let text = '';
  for await (const chunk of control.setEncoding('utf8')) {
    text += chunk;
    const line = text.split('\n').find((candidate) => candidate.includes('"listen"'));
    if (text.includes('\n') && line !== undefined) return JSON.parse(line).port;
  }
  throw new Error('workerd closed its control pipe before it listened');
}

async function reportFrom(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const body = await response.text();
  if (response.status !== 200) throw new Error(`workerd answered ${response.status}: ${body}`);
  return JSON.parse(body);
}

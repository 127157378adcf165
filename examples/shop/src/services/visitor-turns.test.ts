import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { ClientRequest, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, it } from 'vitest';

import { VisitorTurns } from './visitor-turns.ts';

let server: Server;
afterEach(() => server.close().closeAllConnections());

/** Three visitors, all of whom are here before the first has its turn; gives the answers to those who stayed. */
async function visit(work: (visitors: readonly ClientRequest[]) => string): Promise<(string | undefined)[]> {
  const turns = new VisitorTurns();
  const answers: Promise<string | undefined>[] = [];
  const visitors: ClientRequest[] = [];
  let allHere = (): void => {};
  const here = new Promise<void>((resolve) => (allHere = resolve));
  let arrived = 0;
  server = createServer((request, response) => {
    answers.push(here.then(() => turns.take(request, () => work(visitors))));
    void answers.at(-1)?.then((answer) => response.end(answer));
    if (++arrived === 3) allHere();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let count = 0; count < 3; count++)
    visitors.push(get({ host: '127.0.0.1', port, agent: false }).on('error', () => {}));
  await here;
  return Promise.all(answers);
}

it('works for each visitor', async () => {
  let count = 0;
  expect(await visit(() => String(++count))).toEqual(['1', '2', '3']);
});

it('hears between two turns who has gone, and does not work for them', async () => {
  let count = 0;
  const answers = await visit((visitors) => {
    for (const visitor of visitors) visitor.destroy();
    return String(++count);
  });
  expect([count, answers]).toEqual([1, ['1', undefined, undefined]]);
});

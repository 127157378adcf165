import { describe, expect, it } from 'vitest';

import type { Transport, TransportOutcome } from './transport.ts';

/** A backend for the suite, and a transport that leads to it. */
export interface TransportUnderTest {
  readonly transport: Transport;
  /** The bodies that arrived, in order. */
  readonly bodies: () => readonly string[];
  /** Lets go of the backend. */
  readonly end: () => Promise<void>;
}

/** How the backend treats a request. */
export type BackendBehaviour = 'takes' | 'is busy' | 'refuses' | 'never answers' | 'is away';

/** The contract of `Transport`; every implementation runs it, and others' may. */
export function transportConformance(
  name: string,
  create: (behaviour: BackendBehaviour) => Promise<TransportUnderTest>,
): void {
  describe(`${name} as a Transport`, () => {
    it.each<[BackendBehaviour, TransportOutcome['kind'][]]>([
      ['takes', ['delivered', 'handed-off']],
      ['is busy', ['retry']],
      ['refuses', ['refused']],
      ['is away', ['retry']],
    ])('settles when the backend %s, as %j', async (behaviour, kinds) => {
      await withBackend(create(behaviour), async ({ transport }) => {
        const outcome = await send(transport, 'spans');
        expect(kinds).toContain(outcome.kind);
      });
    });

    it('carries each body once and whole, and retries nothing by itself', async () => {
      await withBackend(create('takes'), async ({ transport, bodies }) => {
        const large = 'x'.repeat(200_000);
        for (const body of ['one', large]) await send(transport, body);
        expect(bodies()).toEqual(['one', large]);
      });
      await withBackend(create('is busy'), async ({ transport, bodies }) => {
        await send(transport, 'one');
        expect(bodies()).toEqual(['one']);
      });
    });

    it('settles when it is aborted, before and while it waits', async () => {
      await withBackend(create('never answers'), async ({ transport }) => {
        expect((await send(transport, 'spans', AbortSignal.abort())).kind).toBe('retry');
        const abort = new AbortController();
        const outcome = send(transport, 'spans', abort.signal);
        abort.abort();
        expect((await outcome).kind).toBe('retry');
      });
    });

    it('can be closed twice', async () => {
      await withBackend(create('takes'), async ({ transport }) => {
        transport.close();
        expect(() => transport.close()).not.toThrow();
      });
    });
  });
}

async function withBackend(
  made: Promise<TransportUnderTest>,
  use: (made: TransportUnderTest) => Promise<void>,
): Promise<void> {
  const underTest = await made;
  try {
    await use(underTest);
  } finally {
    underTest.transport.close();
    await underTest.end();
  }
}

function send(
  transport: Transport,
  body: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<TransportOutcome> {
  return transport.send({ body: new TextEncoder().encode(body), contentType: 'text/plain', spanCount: 1, signal });
}

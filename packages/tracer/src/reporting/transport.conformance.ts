import type { ConformanceCase } from '@spanwise/opentracing/conformance';

import { required, sameData } from '../conformance-assert.ts';
import type { Transport, TransportOutcome } from './transport.ts';

/** A backend for the suite, and a transport that leads to it. */
export interface TransportUnderTest {
  /** The transport, fresh. */
  readonly transport: Transport;
  /** The bodies that arrived, in order. */
  readonly bodies: () => readonly string[];
  /** Lets go of the backend. */
  readonly end: () => Promise<void>;
}

/** How the backend treats a request. */
export type BackendBehaviour = 'takes' | 'is busy' | 'refuses' | 'never answers' | 'is away';

/** Makes a backend that treats every request as told, and a transport to it. */
type Create = (behaviour: BackendBehaviour) => Promise<TransportUnderTest>;

/**
 * The contract of a {@link Transport}, as cases for any test framework.
 *
 * @param create makes a transport and a backend that behaves as told; called at least once a case
 */
export function transportCases(create: Create): ConformanceCase[] {
  return Object.entries(requirements).map(([name, test]) => ({ name, run: () => test(create) }));
}

const requirements: Record<string, (create: Create) => Promise<void>> = {
  'settles when the backend takes': (create) => requireOutcome(create, 'takes', ['delivered', 'handed-off']),
  'settles when the backend is busy': (create) => requireOutcome(create, 'is busy', ['retry']),
  'settles when the backend refuses': (create) => requireOutcome(create, 'refuses', ['refused']),
  'settles when the backend is away': (create) => requireOutcome(create, 'is away', ['retry']),

  'carries each body once and whole, and retries nothing by itself': async (create) => {
    await withBackend(create('takes'), async ({ transport, bodies }) => {
      const large = 'x'.repeat(200_000);
      for (const body of ['one', large]) await send(transport, body);
      sameData(bodies(), ['one', large], 'the bodies that arrived');
    });
    await withBackend(create('is busy'), async ({ transport, bodies }) => {
      await send(transport, 'one');
      sameData(bodies(), ['one'], 'the bodies that arrived');
    });
  },

  'settles when it is aborted, before and while it waits': async (create) => {
    await withBackend(create('never answers'), async ({ transport }) => {
      sameData((await send(transport, 'spans', AbortSignal.abort())).kind, 'retry', 'the outcome of what was aborted');
      const abort = new AbortController();
      const outcome = send(transport, 'spans', abort.signal);
      abort.abort();
      sameData((await outcome).kind, 'retry', 'the outcome of what is aborted');
    });
  },

  'can be closed twice': async (create) => {
    await withBackend(create('takes'), async ({ transport }) => {
      transport.close();
      transport.close();
    });
  },
};

async function requireOutcome(
  create: Create,
  behaviour: BackendBehaviour,
  kinds: readonly TransportOutcome['kind'][],
): Promise<void> {
  await withBackend(create(behaviour), async ({ transport }) => {
    const { kind } = await send(transport, 'spans');
    required(
      kinds.includes(kind),
      `the outcome when the backend ${behaviour}: expected ${kinds.join(' or ')}, was ${kind}`,
    );
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

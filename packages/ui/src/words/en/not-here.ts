/** A trace of which nothing is stored. */
export const notHereWords = {
  traceNotFound: 'This trace is not here',
  traceNotFoundText: (id: string) =>
    `No span of ${id} is stored. It may be older than what is kept, not sampled, or still on its way; this page looks again for a minute.`,
};

export type NotHereWords = typeof notHereWords;

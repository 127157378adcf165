import { describe, expect, it } from 'vitest';
import { callerKinds, neighboursOf } from './caller-kinds.ts';
import { edgeOf } from './testing/sums-of.ts';

const edges = [
  edgeOf('shop', 'kafka', 12, 'broker'),
  edgeOf('kafka', 'mailer', 12),
  edgeOf('shop', 'mailer', 3),
  edgeOf('mailer', 'mail', 5, 'database'),
];
const kinds = (list: readonly { readonly name: string; readonly kind: string }[]): string[][] =>
  list.map(({ name, kind }) => [name, kind]);

describe('the neighbours of a service', () => {
  it('have a broker among them where one passes messages on, which has no page of a service', () => {
    const { callers, callees } = neighboursOf('mailer', ['shop', 'mailer'], edges);
    expect(kinds(callers)).toEqual([
      ['kafka', 'broker'],
      ['shop', 'service'],
    ]);
    expect(kinds(callees)).toEqual([['mail', 'database']]);
  });

  it('have a service of the name of a broker when it sent spans, or somebody called it', () => {
    expect(callerKinds(['kafka'], edges)('kafka')).toBe('service');
    expect(callerKinds([], [...edges, edgeOf('shop', 'kafka', 1)])('kafka')).toBe('service');
    expect(callerKinds([], edges)('kafka')).toBe('broker');
  });
});

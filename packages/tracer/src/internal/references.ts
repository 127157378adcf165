import type { Span, SpanOptions } from '@spanwise/opentracing';
import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM } from '@spanwise/opentracing';
import type { SpanLink } from '@spanwise/wire';
import { SpanFlags } from '@spanwise/wire';

import { hasIds } from '../propagation/propagator.ts';
import type { TraceIdentity } from '../trace-identity.ts';
import { identityOf } from '../trace-identity.ts';

/** Where a span belongs: its parent, and links to what else it refers to. */
export interface Ancestry {
  readonly parent: TraceIdentity | undefined;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;
  /** References that threw, and were left out. */
  readonly errors: number;
}

interface Ancestor {
  readonly type: string;
  readonly identity: TraceIdentity;
}

/**
 * The parent is `childOf`, else the first `child_of` reference, else the first `follows_from`, which is a link as well.
 * Every other reference is a link. Missing contexts, and those of other tracers, are left out wherever they stand.
 */
export function resolveReferences(options: SpanOptions, maxLinks: number): Ancestry {
  const { ancestors, errors } = ancestorsOf(options);
  const parent =
    ancestors.find(({ type }) => type === REFERENCE_CHILD_OF) ??
    ancestors.find(({ type }) => type === REFERENCE_FOLLOWS_FROM);
  const linked = ancestors.filter(
    (ancestor) => hasIds(ancestor.identity) && (ancestor !== parent || ancestor.type !== REFERENCE_CHILD_OF),
  );
  return {
    parent: parent?.identity,
    links: linked.slice(0, maxLinks).map(linkTo),
    droppedLinksCount: Math.max(0, linked.length - maxLinks),
    errors,
  };
}

function ancestorsOf({ childOf, references }: SpanOptions): { ancestors: Ancestor[]; errors: number } {
  const ancestors: Ancestor[] = [];
  let errors = 0;
  const add = (read: () => Ancestor | undefined): void => {
    try {
      const ancestor = read();
      if (ancestor !== undefined) ancestors.push(ancestor);
    } catch {
      // The objects are the application's, and may be another library's.
      errors += 1;
    }
  };
  if (childOf) add(() => ancestor(REFERENCE_CHILD_OF, childOf));
  // Callers without types pass holes, nulls, contexts of other tracers, and one reference without a list.
  for (const reference of Array.isArray(references) ? references : [references]) {
    add(() =>
      typeof reference?.type === 'function' ? ancestor(reference.type(), reference.referencedContext()) : undefined,
    );
  }
  return { ancestors, errors };
}

function ancestor(type: string, candidate: unknown): Ancestor | undefined {
  const identity = identityFrom(candidate);
  return identity === undefined ? undefined : { type, identity };
}

function linkTo({ type, identity }: Ancestor): SpanLink {
  return {
    traceId0: identity.traceId0,
    traceId1: identity.traceId1,
    traceId2: identity.traceId2,
    traceId3: identity.traceId3,
    spanId0: identity.spanId0,
    spanId1: identity.spanId1,
    traceState: identity.traceState,
    flags: (identity.flags & 0xff) | SpanFlags.hasIsRemote | (identity.isRemote ? SpanFlags.isRemote : 0),
    attributes: ['opentracing.ref_type', type],
    droppedAttributesCount: 0,
  };
}

/**
 * The identity of what an application passes as a parent: our span or context, or a span that wraps one of them.
 * Throws what that span's `context` throws.
 */
export function identityFrom(candidate: unknown): TraceIdentity | undefined {
  const identity = identityOf(candidate);
  if (identity !== undefined || typeof candidate !== 'object' || candidate === null) return identity;
  const context = (candidate as Partial<Span>).context;
  return typeof context === 'function' ? identityOf(context.call(candidate)) : undefined;
}

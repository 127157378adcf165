/**
 * Tracing for what people do in a page, given to `init({ instrumentations: [instrumentInteraction] })`.
 *
 * @module
 */
import { redactedUrl } from '@spanwise/instrumentation';
import type { SpanOptions } from '@spanwise/opentracing';

import type { PageSpan } from './page-span.ts';
import type { Instrumentation, PageTracing } from './page-tracing.ts';

export type { Instrumentation, PageTracing } from './page-tracing.ts';

/** What starts an interaction. */
const EVENTS = ['click', 'submit', 'keydown'] as const;

/** The attribute whose value names an element for tracing; nothing else of an element's content is ever read. */
const NAME_ATTRIBUTE = 'data-trace-name';

/** Longest id or name that is kept. */
const MAX_NAME_LENGTH = 64;

/**
 * Records clicks, submits and key presses of people (not those that scripts make) to which the page responded: the span is
 * active in the event's listeners, and what is started there is its child. It lasts until the last of these children
 * ended. An interaction in which nothing was started is discarded, because pages are clicked a lot and most of it means
 * nothing.
 *
 * The span is named by event and element, such as `click button#buy`, and tagged with `event.type`, `target.tag`,
 * `target.id` and `target.name` (the nearest `data-trace-name`). No text, value, key or position is read.
 */
export function instrumentInteraction(page: PageTracing): Instrumentation {
  const listener = (event: Event): void => {
    try {
      if (event.isTrusted) begin(page, event);
    } catch {
      // The page's own listeners come next.
    }
  };
  for (const type of EVENTS) addEventListener(type, listener, true);
  return {
    uninstall: () => {
      for (const type of EVENTS) removeEventListener(type, listener, true);
    },
  };
}

function begin({ tracer }: PageTracing, event: Event): void {
  const span = tracer.startSpan(...described(event));
  const scope = tracer.scopeManager.activate(span);
  const over = endWithChildren(span);
  let isOver = false;
  const leave = (): void => {
    if (isOver) return;
    isOver = true;
    removeEventListener(event.type, atTheEnd);
    scope.close();
    over();
  };
  // Listeners may make events of the same type, which pass by here.
  const atTheEnd = (passing: Event): void => {
    if (passing === event) leave();
  };
  // The last listener of the event, and the next task where somebody stops the event on its way there.
  addEventListener(event.type, atTheEnd);
  setTimeout(leave);
}

/** Lets the span end with its last child, once what is returned was called; without a child it is discarded. */
function endWithChildren(span: PageSpan): () => void {
  let open = 1;
  let hasChildren = false;
  let lastEnd: number | undefined;
  const closeOne = (end?: number): void => {
    if (end !== undefined) lastEnd = Math.max(end, lastEnd ?? end);
    if (--open > 0) return;
    if (hasChildren) span.finish(lastEnd);
    else span.discard();
  };
  span.context().onChild = (child) => {
    // What is started below it after its end is a child like any other.
    if (open === 0) return;
    hasChildren = true;
    open++;
    child.onFinish = closeOne;
  };
  return closeOne;
}

function described(event: Event): [name: string, options: SpanOptions] {
  const element = event.target instanceof Element ? event.target : undefined;
  const tag = element?.tagName.toLowerCase() ?? 'document';
  // A form's `id` may be its field of that name.
  const id = element?.getAttribute('id')?.slice(0, MAX_NAME_LENGTH) || undefined;
  const attribute = element?.closest(`[${NAME_ATTRIBUTE}]`)?.getAttribute(NAME_ATTRIBUTE);
  const name = attribute?.slice(0, MAX_NAME_LENGTH) || undefined;
  const tags = {
    component: 'interaction',
    'event.type': event.type,
    'target.tag': tag,
    'target.id': id,
    'target.name': name,
    'http.url': redactedUrl(location.href),
  };
  return [`${event.type} ${name ?? (id === undefined ? tag : `${tag}#${id}`)}`, { tags, ignoreActiveSpan: true }];
}

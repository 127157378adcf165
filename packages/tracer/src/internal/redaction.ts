import type { Attributes, AttributeValue, SpanEvent, SpanRecord } from '@spanwise/wire';
import { peerEndpoint } from '@spanwise/wire';

import { cut, textOf, toAttributeValue } from '../attribute-value.ts';
import type { SpanLimits } from '../limits.ts';
import type { RedactableLog, RedactableSpan, Redact } from '../redact.ts';
import type { StandardFields } from '../standard-tags.ts';
import { applyStandardTag } from '../standard-tags.ts';
import { isError } from './is-error.ts';
import type { MinuteLog } from './minute-log.ts';
import { onRejection } from './on-rejection.ts';
import { propertyOf } from './property-of.ts';
import { copyOf } from './record-copy.ts';
import type { ValueLimit } from './value-limit.ts';

/** What the application's function did, in words of ours: they quote no value of the span. */
class RedactionMistake extends Error {}

/**
 * The one boundary between the tracer and the application's `redact`. Fails closed: a record comes out only when the
 * function has run to its end and left behind what can be read.
 */
export class Redaction {
  /** Records that it was told to drop. */
  drops = 0;
  /** Records held back because it failed. */
  errors = 0;
  readonly #redact: Redact;
  readonly #limits: SpanLimits;
  readonly #values: ValueLimit;
  readonly #log: MinuteLog;
  #running = false;

  constructor(redact: Redact, limits: SpanLimits, values: ValueLimit, log: MinuteLog) {
    this.#redact = redact;
    this.#limits = limits;
    this.#values = values;
    this.#log = log;
  }

  /** The record that recorders may have, which shares nothing with this one that could be changed; or none. */
  of(record: SpanRecord): SpanRecord | undefined {
    // It would call itself for ever.
    if (this.#running) return this.#failed(new RedactionMistake('it finished a span itself'));
    this.#running = true;
    try {
      const originals = new Map<unknown, SpanEvent>();
      const span = this.#redactable(record, originals);
      // Not as a method, which would give it this object for its `this`.
      const redact = this.#redact;
      const result: unknown = redact(span);
      if (result === 'drop') {
        this.drops += 1;
        return undefined;
      }
      if (result !== undefined) throw wrongResult(result);
      return this.#redacted(record, span, originals);
    } catch (error) {
      return this.#failed(error);
    } finally {
      this.#running = false;
    }
  }

  #redactable(record: SpanRecord, originals: Map<unknown, SpanEvent>): RedactableSpan {
    const logs = record.events.map((event): RedactableLog => {
      const log = { name: event.name, fields: this.#mapOf(event.attributes) };
      originals.set(log, event);
      return log;
    });
    const { name, kind, unfinished, statusMessage } = record;
    return { name, kind, unfinished, statusMessage, tags: this.#mapOf(record.attributes), logs };
  }

  /** Arrays and objects are copied: the span still has them. */
  #mapOf(attributes: Attributes): Map<string, unknown> {
    const map = new Map<string, unknown>();
    for (let index = 0; index < attributes.length; index += 2) {
      const value = attributes[index + 1];
      map.set(attributes[index] as string, typeof value === 'object' ? toAttributeValue(value, this.#values) : value);
    }
    return map;
  }

  #redacted(record: SpanRecord, span: RedactableSpan, originals: ReadonlyMap<unknown, SpanEvent>): SpanRecord {
    const copy = copyOf(record);
    copy.name = this.#text(span.name);
    copy.statusMessage = this.#text(span.statusMessage);
    const tags = this.#listOf('span.tags', span.tags, this.#limits.maxTags, copy);
    copy.attributes = tags.attributes;
    copy.droppedAttributesCount += tags.dropped;
    copy.events = this.#eventsOf(span.logs, originals);
    // Encoders send it as tags again.
    copy.remoteEndpoint = peerEndpoint(tags.attributes);
    return copy;
  }

  #eventsOf(logs: unknown, originals: ReadonlyMap<unknown, SpanEvent>): SpanEvent[] {
    if (logs === undefined || logs === null) return [];
    if (!Array.isArray(logs)) throw new RedactionMistake('span.logs must stay an array');
    const events: SpanEvent[] = [];
    // Not `map`, which would keep holes.
    for (const log of logs as Iterable<RedactableLog>) {
      const event = originals.get(log);
      if (event === undefined) throw new RedactionMistake('span.logs may lose logs, but not get other ones');
      const { attributes, dropped } = this.#listOf('fields', log.fields, this.#limits.maxLogFields, undefined);
      const droppedAttributesCount = event.droppedAttributesCount + dropped;
      events.push({ ...event, name: this.#text(log.name), attributes, droppedAttributesCount });
    }
    return events;
  }

  /** Standard tags go to `standard`, when there is one. */
  #listOf(
    name: string,
    map: unknown,
    maxPairs: number,
    standard: StandardFields | undefined,
  ): { readonly attributes: Attributes; readonly dropped: number } {
    const attributes: AttributeValue[] = [];
    let dropped = 0;
    // Deleted, by callers without types.
    if (map === undefined || map === null) return { attributes, dropped };
    if (!(map instanceof Map)) throw new RedactionMistake(`${name} must stay a Map`);
    for (const [given, value] of map as ReadonlyMap<unknown, unknown>) {
      const key = textOf(given);
      if (value === undefined) continue;
      if (standard && applyStandardTag(standard, key, value, this.#values)) continue;
      if (attributes.length >= maxPairs * 2) dropped += 1;
      else attributes.push(key, toAttributeValue(value, this.#values) as AttributeValue);
    }
    return { attributes, dropped };
  }

  #text(value: unknown): string {
    return value === undefined || value === null ? '' : cut(textOf(value), this.#values);
  }

  #failed(error: unknown): undefined {
    this.errors += 1;
    this.#log.warn(
      () => `spanwise: redact failed, the span goes to no recorder (${this.errors} so far): ${describe(error)}`,
    );
  }
}

function wrongResult(result: unknown): RedactionMistake {
  onRejection(result, () => {});
  const rule = "it must return nothing or 'drop'";
  if (typeof result === 'object' && result !== null && 'then' in result) {
    return new RedactionMistake(`${rule}, and not be async; it returned a promise`);
  }
  return new RedactionMistake(`${rule}; it returned a value of type ${result === null ? 'null' : typeof result}`);
}

/** Where it was thrown, without its message: JSON.parse, for one, quotes what it could not read. */
function describe(error: unknown): string {
  if (error instanceof RedactionMistake) return error.message;
  const stack = isError(error) ? propertyOf(error, 'stack') : undefined;
  if (typeof stack !== 'string') return 'it threw';
  const message = textOf(propertyOf(error, 'message'));
  const calls = stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  return ['it threw', ...calls].join('\n');
}

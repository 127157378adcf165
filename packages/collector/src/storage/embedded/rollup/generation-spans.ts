import type { Attributes } from '@spanwise/wire/span-record';
import { SpanKind, SpanStatus, noAttributes } from '@spanwise/wire/span-record';

import type { RollUpSpan } from '../../rollup/roll-up-span.ts';
import { peerKeyPrefixes, peerOf } from '../../rollup/roll-up-span.ts';
import { samplerParameterKey, samplingWeight } from '../../rollup/sampling-weight.ts';
import type { Catalogue } from '../hot/catalogue.ts';
import type { Generation } from '../hot/generation.ts';
import type { ValueJson } from '../rows/attribute-reader.ts';
import { reviveAttributes } from '../rows/attribute-reader.ts';
import { RowBits } from '../rows/row-bits.ts';

/** Reads of rows what roll-ups need; few have text that must be parsed for it. The rows must not change meanwhile. */
export class GenerationSpans {
  readonly #generation: Generation;
  readonly #catalogue: Catalogue;

  constructor(generation: Generation) {
    this.#generation = generation;
    this.#catalogue = generation.catalogue();
  }

  /** Those of the rows from `from` up to `to` that count, without unfinished ones. */
  read(from: number, to: number): RollUpSpan[] {
    const { dead, bits } = this.#generation.columns;
    const spans: RollUpSpan[] = [];
    for (let row = from; row < to; row++) {
      if (dead[row] === 0 && ((bits[row] as number) & RowBits.unfinished) === 0) spans.push(this.#span(row));
    }
    return spans;
  }

  #span(row: number): RollUpSpan {
    const { columns } = this.#generation;
    const { names, resourceServices, remotes } = this.#catalogue;
    const { ids } = columns;
    const at = row * 8;
    const kind = columns.kind[row] as number;
    const duration = columns.durationNanos[row] as number;
    const remote = remotes[columns.remoteId[row] as number] as string;
    const attributes = attributesOf(this.#generation, row, remote !== '' || isCalling(kind));
    const traceId = [ids[at]!, ids[at + 1]!, ids[at + 2]!, ids[at + 3]!] as const;
    return {
      traceId,
      spanId0: ids[at + 4]!,
      spanId1: ids[at + 5]!,
      parentId0: ids[at + 6]!,
      parentId1: ids[at + 7]!,
      kind,
      shared: ((columns.bits[row] as number) & RowBits.shared) !== 0,
      service: resourceServices[columns.resourceId[row] as number] as string,
      operation: names[columns.nameId[row] as number] as string,
      startMicros: columns.startMicros[row] as number,
      durationNanos: Number.isNaN(duration) ? undefined : duration,
      failed: columns.status[row] === SpanStatus.error,
      weight: samplingWeight(traceId, traceStateOf(this.#generation, row), attributes),
      peer: peerOf(kind, remote, attributes),
    };
  }
}

function isCalling(kind: number): boolean {
  return kind === SpanKind.client || kind === SpanKind.producer || kind === SpanKind.consumer;
}

/** The attributes where one may matter, else none. Parsing those of all rows would cost more than all the rest. */
function attributesOf({ columns, arena }: Generation, row: number, hasPeer: boolean): Attributes {
  const start = columns.text[row * 3] as number;
  const end = columns.text[row * 3 + 1] as number;
  const text = arena.bytes.toString('latin1', start, end);
  const matters =
    text.includes(samplerParameterKey) || (hasPeer && peerNeedles.some((needle) => text.includes(needle)));
  if (!matters) return noAttributes;
  return reviveAttributes(JSON.parse(arena.bytes.toString('utf8', start, end)) as ValueJson[]);
}

const peerNeedles = peerKeyPrefixes.map((prefix) => `"${prefix}`);

/** No text within the JSON has this: there a quote stands behind a backslash. */
const traceStateMember = /[{,]"t":("(?:[^"\\]|\\.)*")/;

function traceStateOf({ columns, arena }: Generation, row: number): string {
  const start = columns.text[row * 3 + 1] as number;
  const end = columns.text[row * 3 + 2] as number;
  if (start === end) return '';
  const [, json] = traceStateMember.exec(arena.bytes.toString('latin1', start, end)) ?? [];
  return json === undefined ? '' : (JSON.parse(json) as string);
}

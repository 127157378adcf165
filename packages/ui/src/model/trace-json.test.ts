import { fromTraceColumns, toTraceColumns } from '@spanwise/wire/query';
import type { TraceColumns } from '@spanwise/wire/query';
import { describe, expect, it } from 'vitest';
import { sixSpans, traceOf } from './testing/trace-of.ts';
import { readTraceFile, traceFile } from './trace-file.ts';
import { traceFileName, traceJson } from './trace-json.ts';

const model = sixSpans();
const { spans } = model.tree;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a trace as JSON', () => {
  it('holds every span in each format', () => {
    const own = JSON.parse(textOf(traceJson(model.traceId, spans, 'spanwise'))) as TraceColumns;
    expect(fromTraceColumns(own)).toEqual(spans);
    const otlp = JSON.parse(textOf(traceJson(model.traceId, spans, 'otlp'))) as OtlpBody;
    const names = otlp.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
    expect(names.map(({ name }) => name).sort()).toEqual(spans.map(({ name }) => name).sort());
    const zipkin = JSON.parse(textOf(traceJson(model.traceId, spans, 'zipkin'))) as { name: string }[];
    expect(zipkin.map(({ name }) => name)).toEqual(spans.map(({ name }) => name));
  });

  it('names each resource once in OTLP, in whatever order its spans come', () => {
    const mixed = traceOf(
      ...[1, 2, 3, 4].map((id) => ({ id, start: id, duration: 1, service: id % 2 === 0 ? 'even' : 'odd' })),
    );
    const otlp = JSON.parse(textOf(traceJson(mixed.traceId, mixed.tree.spans, 'otlp'))) as OtlpBody;
    expect(otlp.resourceSpans).toHaveLength(2);
  });

  it('is valid without spans', () => {
    for (const format of ['spanwise', 'otlp', 'zipkin'] as const) {
      expect(() => JSON.parse(textOf(traceJson(model.traceId, [], format))) as unknown).not.toThrow();
    }
  });

  it('has a file name for each format', () => {
    expect(traceFileName('ab', 'spanwise')).toBe('trace-ab.json');
    expect(traceFileName('ab', 'otlp')).toBe('trace-ab.otlp.json');
    expect(traceFileName('ab', 'html')).toBe('trace-ab.html');
  });
});

describe('the file of a trace', () => {
  const template =
    '<title>Spanwise</title><script id="trace" type="application/json"></script><script>code("$&")</script>';

  it('holds the trace, whatever is in it, and gives it back', () => {
    const odd = traceOf({ id: 1, start: 0, duration: 1, name: '</script><b>$& $1 — 订单', tags: ['<!--', '\u2028'] });
    const columns = toTraceColumns(odd.traceId, odd.tree.spans);
    const file = traceFile(template, columns, 'shop <checkout> & $&');
    expect(file).toContain('<title>shop &lt;checkout> &amp; $&amp;</title>');
    expect(file.match(/<\/script>/g)).toHaveLength(2);
    const [, text] = /<script id="trace" type="application\/json">([^]*?)<\/script>/.exec(file)!;
    expect(readTraceFile(text)).toEqual(JSON.parse(JSON.stringify(columns)));
  });

  it('is not made of anything else', () => {
    expect(() => traceFile('<html></html>', toTraceColumns('ab', []), '')).toThrow('not the template');
    expect(readTraceFile('')).toBeUndefined();
    expect(readTraceFile(null)).toBeUndefined();
  });
});

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { name: string }[] }[];
  }[];
}

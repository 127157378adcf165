import { callable } from '../internal/callable.ts';
import type { DebugInfo, MockSpan } from './mock_span.ts';

/** The spans of a {@link MockTracer} with an index, for assertions. */
class MockReportClass {
  /** All spans, in the order of their start. */
  declare spans: MockSpan[];
  /** Short forms of all spans, for printing. */
  declare debugSpans: DebugInfo[];
  /** The spans that were not finished when the report was made. */
  declare unfinishedSpans: MockSpan[];
  /** By {@link MockSpan.uuid}. For subclasses, as in npm opentracing. */
  declare protected spansByUUID: Record<string, MockSpan>;
  /**
   * By name of the tag, then by its value as text, in the order of their start. For subclasses, as in npm opentracing.
   */
  declare protected spansByTag: Record<string, Record<string, MockSpan[]>>;

  /**
   * @param spans kept, not copied; tags and finishes are those of this moment. Most code asks {@link MockTracer.report}
   */
  constructor(spans: MockSpan[]) {
    initialise(this as never, spans);
  }

  /** The first span with this tag; values are compared as text. */
  firstSpanWithTagValue(key: string, value: unknown): MockSpan | null {
    return this.spansByTag[key]?.[String(value)]?.[0] ?? null;
  }
}

interface ReportFields {
  spans: MockSpan[];
  debugSpans: DebugInfo[];
  unfinishedSpans: MockSpan[];
  spansByUUID: Record<string, MockSpan>;
  spansByTag: Record<string, Record<string, MockSpan[]>>;
}

function initialise(report: ReportFields, spans: MockSpan[]): void {
  report.spans = spans;
  report.debugSpans = spans.map((span) => span.debug());
  // 0 is a time, too; and subclasses written for npm may set the field alone.
  report.unfinishedSpans = spans.filter((span) => span._finishMs === 0 && !span.isFinished());
  // Without a prototype, so that a tag may be called `constructor`.
  report.spansByUUID = Object.create(null);
  report.spansByTag = Object.create(null);
  for (const span of spans) indexSpan(report, span);
}

function indexSpan(report: ReportFields, span: MockSpan): void {
  report.spansByUUID[span.uuid()] = span;
  for (const [key, value] of Object.entries(span.tags())) {
    const byValue = (report.spansByTag[key] ??= Object.create(null) as Record<string, MockSpan[]>);
    (byValue[String(value)] ??= []).push(span);
  }
}

/** The class of {@link MockReport}. */
export interface MockReportConstructor {
  /** @param spans kept, not copied; tags and finishes are those of this moment. Most code asks {@link MockTracer.report} */
  new (spans: MockSpan[]): MockReport;
  readonly prototype: MockReport;
}

/** The spans of a {@link MockTracer} with an index, for assertions. Can be called without `new` by ES5 subclasses. */
export const MockReport: MockReportConstructor = /* @__PURE__ */ callable(
  'MockReport',
  MockReportClass,
  function (spans) {
    initialise(this as never, spans);
  },
);
/** The spans of a {@link MockTracer} with an index, for assertions. */
export interface MockReport extends MockReportClass {}
/** @alias */
export default MockReport;

import { describe, expect, test, vi } from 'vitest';
import { laterModel } from './trace-growth.ts';
import { withClocksCorrected } from './trace-model.ts';
import { completedModel, wholeSpan } from './whole-span.ts';
import { outlineOf } from './testing/outline-of.ts';
import { sixSpans, traceOf } from './testing/trace-of.ts';

describe('the details of an outlined trace', () => {
  test('are those of the whole trace, span for span, once every window came', async () => {
    const whole = sixSpans();
    const { model, source } = outlineOf(whole);
    expect(model.tree.spans.every(({ attributes }) => attributes.length === 0)).toBe(true);
    expect(completedModel(model)).toBeUndefined();
    model.details!.fill();
    await source.answerAll();
    expect(source.reads).toHaveLength(3);
    expect(completedModel(model)).toEqual({ ...whole, details: undefined });
  });

  test('have the same tree, times and errors before', () => {
    const whole = sixSpans();
    const { model } = outlineOf(whole);
    const { spans: _, ...tree } = whole.tree;
    expect(model).toMatchObject({ ...whole, tree, sent: expect.anything() });
  });

  test('come for a span that is looked at, at once and alone', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.want([model.sent[2]!]);
    model.details!.want([model.sent[3]!]);
    expect(model.details!.stateOf(model.sent[2]!)).toBe('loading');
    expect(source.reads).toHaveLength(1);
    await source.answerAll();
    expect(wholeSpan(model, 2)?.attributes).toEqual(['db.type', 'sql']);
    expect(wholeSpan(model, 3)?.attributes).toEqual(['db.type', 'sql']);
    expect(wholeSpan(model, 1)).toBeUndefined();
    expect(model.details!.loaded).toBe(2);
  });

  test('come for eight windows at once at most, of those that are not here', async () => {
    const whole = traceOf(...Array.from({ length: 24 }, (_, at) => ({ id: at + 1, start: at, duration: 1 })));
    const { model, source } = outlineOf(whole);
    const { details } = model;
    details!.want(model.sent);
    details!.want(model.sent);
    expect(source.reads).toHaveLength(8);
    await source.answerAll();
    details!.want(model.sent);
    expect(source.reads).toHaveLength(12);
    await source.answerAll();
    expect(details!.loaded).toBe(24);
  });

  test('come for a span that is looked at before those that are read in the background', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.fill();
    model.details!.want([model.sent[5]!]);
    expect(source.reads).toHaveLength(2);
    await source.reads[1]!.answer();
    expect(wholeSpan(model, 5)).toBeDefined();
    expect(wholeSpan(model, 0)).toBeUndefined();
    await source.answerAll();
    expect(source.reads).toHaveLength(3);
  });

  test('are one window where spans start in one microsecond, so that each is read once', async () => {
    const same = traceOf(
      ...Array.from({ length: 5 }, (_, at) => ({ id: at + 1, start: 0, duration: 1, tags: ['n', at] })),
      { id: 9, start: 7, duration: 1 },
    );
    const { model, source } = outlineOf(same);
    model.details!.fill();
    await source.answerAll();
    expect(source.reads.map(({ startMicros, endMicros }) => endMicros - startMicros)).toEqual([0, 0]);
    expect(completedModel(model)?.sent).toEqual(same.sent);
  });

  test('say that a window failed, and are tried again by themselves', async () => {
    const { model, source } = outlineOf(sixSpans());
    const { details } = model;
    const changed = vi.fn<() => void>();
    details!.subscribe(changed);
    details!.want([model.sent[0]!]);
    await source.reads[0]!.fail(new Error('away'));
    expect([details!.stateOf(model.sent[0]!), details!.failing]).toEqual(['failed', true]);
    expect(changed).toHaveBeenCalled();
    source.pauses[0]!();
    await vi.waitFor(() => expect(source.reads).toHaveLength(2));
    await source.reads[1]!.answer();
    expect([details!.stateOf(model.sent[0]!), details!.failing]).toEqual(['here', false]);
  });

  test('are tried again at once when somebody asks, and once only', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.want([model.sent[0]!]);
    await source.reads[0]!.fail(new Error('away'));
    model.details!.retry();
    expect(source.reads).toHaveLength(2);
    source.pauses[0]!();
    await source.reads[1]!.answer();
    expect(model.details!.stateOf(model.sent[0]!)).toBe('here');
    expect(source.reads).toHaveLength(2);
  });

  test('are not asked for again by themselves when the trace is gone; the others still come', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.fill();
    await source.reads[0]!.fail(new Error('gone'));
    expect(source.pauses).toHaveLength(0);
    await source.answerAll();
    expect(model.details!.loaded).toBe(4);
    model.details!.retry();
    await source.answerAll();
    expect(model.details!.loaded).toBe(6);
  });

  test('stay as the outline has them for a span that is gone meanwhile', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.want([model.sent[0]!]);
    await source.reads[0]!.answer([]);
    expect(wholeSpan(model, 0)).toBe(model.sent[0]);
  });

  test('are not read while nobody looks, and go on when somebody does', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.fill();
    model.details!.rest();
    expect(source.reads[0]!.signal.aborted).toBe(true);
    await source.answerAll();
    expect([model.details!.loaded, source.reads.length]).toEqual([0, 1]);
    model.details!.fill();
    await source.answerAll();
    expect(model.details!.loaded).toBe(6);
  });

  test('are on the corrected clock, logs too, when clocks are corrected', async () => {
    const events = [
      { name: 'log', timeMicros: 1_795_348_799_960_000, timeNanos: 0, attributes: [], droppedAttributesCount: 0 },
    ];
    const skewed = traceOf(
      { id: 1, start: 0, duration: 1_000_000, service: 'a', more: { kind: 3 } },
      { id: 2, parent: 1, start: -50_000, duration: 100_000, service: 'b', tags: ['k', 1], more: { kind: 2, events } },
      { id: 3, parent: 2, start: -20_000, duration: 10_000, service: 'b', tags: ['k', 2] },
    );
    const { model, source } = outlineOf(skewed);
    model.details!.fill();
    await source.answerAll();
    const corrected = withClocksCorrected(model);
    const expected = withClocksCorrected(skewed);
    expect(corrected.movedNanos.some((nanos) => nanos !== 0)).toBe(true);
    expect(corrected.tree.spans.map((_, index) => wholeSpan(corrected, index))).toEqual(expected.tree.spans);
  });

  test('are taken over by a later state of a trace that has grown', async () => {
    const before = outlineOf(
      traceOf({ id: 1, start: 0, duration: 9, tags: ['k', 1] }, { id: 2, start: 5, duration: 1 }),
    );
    before.model.details!.fill();
    await before.source.answerAll();
    const now = outlineOf(
      traceOf(
        { id: 1, start: 0, duration: 9, tags: ['k', 1] },
        { id: 2, start: 5, duration: 1 },
        { id: 3, start: 6, duration: 2, tags: ['k', 3] },
      ),
    );
    expect(laterModel(before.model, now.model)).toBe(now.model);
    expect(wholeSpan(now.model, 0)?.attributes).toEqual(['k', 1]);
    now.model.details!.fill();
    await now.source.answerAll();
    expect(now.source.reads).toHaveLength(1);
    expect(completedModel(now.model)?.sent.map(({ attributes }) => attributes)).toEqual([['k', 1], [], ['k', 3]]);
  });

  test('are put in the place of the outline, and an outline of the same spans takes no place of theirs', async () => {
    const { model, source } = outlineOf(sixSpans());
    model.details!.fill();
    await source.answerAll();
    const completed = completedModel(model)!;
    expect(laterModel(model, completed)).toBe(completed);
    expect(laterModel(completed, outlineOf(sixSpans()).model)).toBe(completed);
  });
});

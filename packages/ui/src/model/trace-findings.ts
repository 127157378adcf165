import type { Finding } from '@spanwise/analysis';
import { newPositions } from './carried-view.ts';
import { reveal } from './row-moves.ts';
import type { TraceModel } from './trace-model.ts';
import { wholeTrace } from './view-state.ts';
import type { ViewState } from './view-state.ts';

/** What is wrong with a trace, most valuable first. */
export interface TraceFindings {
  /** What their positions are those of. */
  readonly model: TraceModel;
  readonly findings: readonly Finding[];
  /** The findings that a span is evidence of. */
  readonly bySpan: ReadonlyMap<number, readonly Finding[]>;
}

export function traceFindings(model: TraceModel, findings: readonly Finding[]): TraceFindings {
  const bySpan = new Map<number, Finding[]>();
  for (const finding of findings) {
    for (const index of finding.evidence) {
      const others = bySpan.get(index);
      if (others === undefined) bySpan.set(index, [finding]);
      else others.push(finding);
    }
  }
  return { model, findings, bySpan };
}

/** Tells a finding from the others of its trace. */
export function findingKey({ kind, subject }: Finding): string {
  return `${kind} ${subject}`;
}

/** The same findings in a trace that was asked for again, until they are looked for anew: spans that arrived move the others. */
export function carriedFindings({ model: from, findings }: TraceFindings, to: TraceModel): TraceFindings {
  const positions = newPositions(
    from,
    to,
    findings.flatMap(({ root, evidence }) => [root, ...evidence]),
  );
  const isHere = (index: number): boolean => positions.has(index);
  const carried = findings
    .filter(({ root, evidence }) => isHere(root) && evidence.every(isHere))
    .map((finding) => ({
      ...finding,
      root: positions.get(finding.root)!,
      subject: positions.get(finding.subject)!,
      evidence: finding.evidence.map((index) => positions.get(index)!),
    }));
  return traceFindings(to, carried);
}

/** The finding that the view names; `undefined` when there is none, or it was not looked for yet. */
export function chosenFinding(found: TraceFindings | undefined, view: ViewState): Finding | undefined {
  const { finding: named } = view;
  if (named === undefined) return undefined;
  return found?.findings.find(({ kind, subject }) => kind === named.kind && subject === named.subject);
}

/** Marks of the spans that show a finding. */
export function evidenceMarks({ count }: TraceModel, finding: Finding | undefined): Uint8Array | undefined {
  if (finding === undefined) return undefined;
  const marks = new Uint8Array(count);
  for (const index of finding.evidence) marks[index] = 1;
  return marks;
}

/** Looks at a finding: selects a span that shows it, where the waterfall shows that span. */
export function withEvidence(model: TraceModel, view: ViewState, finding: Finding, index: number): ViewState {
  const { startOffsetNanos, endOffsetNanos } = model.tree;
  const isShown = startOffsetNanos[index]! <= view.window.to && endOffsetNanos[index]! >= view.window.from;
  const revealed = reveal(model, { ...view, tab: 'waterfall', only: undefined, panelOpen: true }, index);
  return {
    ...revealed,
    finding: { kind: finding.kind, subject: finding.subject },
    window: isShown ? view.window : wholeTrace(model),
  };
}

/**
 * The next (1) or previous (-1) span that shows the finding, around the end. From a span that does not show it, the next one
 * that begins later, or the one before.
 */
export function nextEvidence({ evidence }: Finding, from: number, direction: 1 | -1): number {
  const at = evidence.indexOf(from);
  if (at !== -1) return evidence[(at + direction + evidence.length) % evidence.length]!;
  if (direction === 1) return evidence.find((index) => index > from) ?? evidence[0]!;
  return evidence.findLast((index) => index < from) ?? evidence.at(-1)!;
}

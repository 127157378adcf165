/** What is odd about a span. */
export const warningWords = {
  warningOrphan: 'Its parent is not in this trace: not sampled, not arrived, or lost.',
  warningCycle: 'Its ancestors lead back to itself; the circle was cut here.',
  warningDuplicateId: 'Another span of this trace has the same id.',
  warningUnknownStart: 'No start was sent; it stands at the start of its parent.',
  warningUnfinished: 'It has not finished, or its end was never sent.',
  warningNegativeDuration: (duration: string) =>
    `Its duration is negative (${duration}): the sender’s clock ran backwards.`,
  warningClockSkew: (duration: string) =>
    `It starts ${duration} before its parent: the clocks of the two machines differ.`,
  warningOutsideParent: (duration: string) =>
    `It ends ${duration} after its parent, which did not wait for it: what lies outside counts for nothing there.`,
  warningClockCorrected: (duration: string, later: boolean) =>
    later
      ? `It is shown ${duration} later than it was sent, inside its parent: the clocks of the two machines differ.`
      : `It is shown ${duration} earlier than it was sent, inside its parent: the clocks of the two machines differ.`,
};

export type WarningWords = typeof warningWords;

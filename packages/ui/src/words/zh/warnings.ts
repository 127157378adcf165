import type { WarningWords } from '../en/warnings.ts';

export const warningWords: WarningWords = {
  warningOrphan: '父跨度不在此链路中：未采样、未到达或已丢失。',
  warningCycle: '它的祖先又指回它自己；环在此处断开。',
  warningDuplicateId: '此链路中另有跨度使用相同的 id。',
  warningUnknownStart: '没有发送开始时间；放在父跨度的开始处。',
  warningUnfinished: '尚未结束，或结束时间从未发送。',
  warningNegativeDuration: (duration) => `耗时为负（${duration}）：发送方的时钟倒退了。`,
  warningClockSkew: (duration) => `比父跨度早 ${duration} 开始：两台机器的时钟不一致。`,
  warningOutsideParent: (duration) => `比父跨度晚 ${duration} 结束：父跨度没有等它，超出的部分不计入父跨度。`,
  warningClockCorrected: (duration, later) =>
    later
      ? `显示位置比发送的时间晚 ${duration}，位于父跨度之内：两台机器的时钟不一致。`
      : `显示位置比发送的时间早 ${duration}，位于父跨度之内：两台机器的时钟不一致。`,
};

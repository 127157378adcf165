import type { PathsWords } from '../en/paths.ts';

export const pathsWords: PathsWords = {
  tableColumn: (column) =>
    ({
      name: '服务与操作',
      count: '跨度',
      total: '总计',
      self: '自身',
      mean: '平均',
      p50: 'p50',
      p95: 'p95',
      max: '最长',
      errors: '错误',
    })[column],
  columnHelp: (column) =>
    ({
      name: '按名称排序',
      count: '跨度数量',
      total: '耗时之和，包含子跨度',
      self: '没有子跨度运行的时间之和',
      mean: '平均耗时',
      p50: '一半的跨度不超过此值',
      p95: '95% 的跨度不超过此值',
      max: '最长耗时',
      errors: '失败的跨度',
    })[column],
  columnWork: '工作量',
  workHelp: '此路径及其全部下级的自身耗时；并行运行的按次数累计。',
  pathFacts: (spans, total, self) => `${spans}，共 ${total}，自身 ${self}`,
  selfOf: (duration) => `自身 ${duration}`,
  flameHint: '宽度为工作量：自身耗时与全部下级之和。选中即可放大。',
  flameLabel: (count) => `${count} 条路径的火焰图，“以表格显示”内容相同。`,
  graphHint: '谁调用了谁，线越粗调用越多。',
  graphLabel: (count) => `${count} 条路径的调用图，“以表格显示”内容相同。`,
};

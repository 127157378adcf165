import type { TraceKeyWords } from '../en/trace-keys.ts';

export const traceKeyWords: TraceKeyWords = {
  rows: '下一行、上一行',
  fold: '折叠、展开；到父级、到第一个子级',
  levels: '展开到该层，再按一次恢复',
  foldService: '折叠、展开所选跨度的服务',
  alike: '相似的同级合为一行或逐个显示：此处、全部',
  unfoldAll: '全部展开',
  panel: '打开或关闭面板',
  search: '在此链路中搜索',
  matches: '下一个、上一个匹配',
  error: '下一个错误',
  evidence: '所选发现的下一个、上一个证据',
  critical: '只看关键路径',
  focus: '聚焦子树，或离开',
  zoom: '放大、缩小、整条链路',
  clocks: '校正时钟，或显示发送的时间',
  table: '火焰图、调用图：表格或图形',
  pan: '缩放与平移',
  back: '返回：关闭、清除、离开聚焦',
};

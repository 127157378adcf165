import type { LargeTraceWords } from '../en/large-trace.ts';

export const largeTraceWords: LargeTraceWords = {
  arriving: (loaded, count) => `已载入 ${loaded} / ${count} 个跨度的标签和日志。`,
  onDemand: '其余的在查看跨度时载入。',
  searched: '未载入的跨度只能按服务和操作搜索。',
  loadAll: '全部载入',
  failing: '标签和日志载入失败。',
  retry: '立即重试',
  loadingSpan: '正在载入标签和日志…',
  failedSpan: '无法载入此跨度的标签和日志。',
  jsonLater: (loaded, count) => `标签和日志全部载入后才能生成 JSON：目前 ${loaded} / ${count} 个跨度。`,
};

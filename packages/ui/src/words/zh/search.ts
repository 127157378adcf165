import type { SearchWords } from '../en/search.ts';

export const searchWords: SearchWords = {
  problem: ({ kind, name, expected }) =>
    ({
      'unclosed-quote': '缺少右引号。',
      'missing-name': '此处之前缺少字段或标签。',
      'missing-value': `“${name}”没有值；空值写作 ""。`,
      'negated-comparison': `“!”只能放在单独的标签之前；请写 ${name}!=…`,
      'no-or': '所有条件必须同时成立，没有 OR。',
      'no-such-operator': `“${name}”可用的比较符：${expected.join(' ')}`,
      'not-a-duration': `“${name}”需要数字和单位：250us、100ms、1.5s、2min。`,
      'not-a-number': `“${name}”在此只能与数字比较。`,
      'unknown-value': `“${name}”只能是 ${expected.join('、')} 之一。`,
    })[kind],

  map: '热力图',
  mapLabel: (_n, count) => `${count} 条链路的热力图：耗时与时间`,
  mapHelp: '方向键移动，按住 Shift 选择，Enter 显示所选，Escape 取消。“显示为表格”内容相同。',
  mapHint: '拖动以选择',
  counted: (_n, count) => `${count} 条链路`,
  countedBackTo: (count, instant) => `已统计最新的 ${count} 条链路，回溯到 ${instant}。缩短范围或增加条件可统计全部。`,
  cell: (from, to, least, most) => `${from} 至 ${to}，${least} 至 ${most}`,
  cellCount: (count, errors, hasErrors) => (hasErrors ? `${count} 条链路，其中 ${errors} 条有错误` : `${count} 条链路`),
  withErrors: (errors) => `${errors} 条有错误`,
  asTable: '显示为表格',
  tableDuration: '耗时',
  tableFrom: (instant) => `自 ${instant}`,
  durations: (least, most) => `${least} 至 ${most}`,
  brushed: '已在图中选择',
  clearBrush: '清除',
  zoomIn: '放大',
  counting: '统计中…',

  facets: '筛选',
  closeFacets: '显示链路',
  facet: (field) => ({ service: '服务', operation: '操作', 'trace.error': '错误', tag: '标签' })[field],
  hasErrors: '有错误',
  hasNoErrors: '无错误',
  emptyValue: '（空）',
  moreValues: (count) => `还有 ${count} 个，可在查询行中查找`,
  facetsSeparate: '最能区分慢链路和失败链路的标签排在最前。',
  noFacets: '此处没有可选项。',

  newTraces: (_n, count) => `${count} 条新链路`,
  liveWaits: '实时：等待新链路',
  livePaused: '采集器恢复响应之前，实时更新暂停',
};

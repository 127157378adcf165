import type { Words } from './en.ts';
import type { Sections } from './sections.ts';
import { findingsWords } from './zh/findings.ts';
import { firstSpanWords } from './zh/first-span.ts';
import { foldingWords } from './zh/folding.ts';
import { jsonWords } from './zh/json.ts';
import { largeTraceWords } from './zh/large-trace.ts';
import { listWords } from './zh/list.ts';
import { mapWords } from './zh/map.ts';
import { notHereWords } from './zh/not-here.ts';
import { panelWords } from './zh/panel.ts';
import { pathsWords } from './zh/paths.ts';
import { searchWords } from './zh/search.ts';
import { servicesWords } from './zh/services.ts';
import { traceWords } from './zh/trace.ts';
import { traceKeyWords } from './zh/trace-keys.ts';
import { warningWords } from './zh/warnings.ts';

const rangeNames: Readonly<Record<string, string>> = {
  '5m': '最近 5 分钟',
  '15m': '最近 15 分钟',
  '1h': '最近 1 小时',
  '6h': '最近 6 小时',
  '24h': '最近 24 小时',
  '2d': '最近 2 天',
  '7d': '最近 7 天',
  '30d': '最近 30 天',
};

export const zh: Words = {
  brand: 'Spanwise',
  mainNavigation: '主导航',
  traces: '链路',
  map: '拓扑',
  skipToContent: '跳到正文',
  goToTrace: '打开链路或服务',
  goToTraceHint: 'trace id、traceparent 或服务名',
  language: '语言',
  otherLanguage: 'English',
  themeNow: (theme) => ({ system: '配色：跟随系统', light: '配色：浅色', dark: '配色：深色' })[theme],
  collectorGone: '采集器没有响应，正在重试；当前显示的内容是此前收到的。',
  viewUnavailable: '采集器没有响应，暂时无法打开此视图，正在重试。',
  pageNotFound: '此地址没有页面。',
  toTraces: '前往链路列表',
  close: '关闭',
  copy: '复制',
  copied: '已复制',
  retry: '重试',
  details: '详情',
  loading: '加载中…',

  lastRange: (range) => rangeNames[range] ?? range,

  zone: (zone) => `时区：${zone}`,
  columnSpans: '跨度',
  columnErrors: '错误',
  spanCount: (_n, count) => `${count} 个跨度`,
  errorCount: (_n, count) => `${count} 个错误`,
  unnamedService: '（无服务名）',
  unnamedOperation: '（无名称）',

  failed: '采集器无法回答',
  broken: '页面出错了',
  refused: '采集器拒绝了此请求',
  failedDetails: (status, code) => `HTTP ${status}，${code}`,

  services: '服务',
  errors: '错误',
  keys: '快捷键',

  asTable: '以表格显示',

  keyHelp: '快捷键',
  keyHelpKey: '本列表',
  keyGo: '跳到某个 trace id 或服务',
};

export const sections: Sections = {
  findings: findingsWords,
  firstSpan: firstSpanWords,
  folding: foldingWords,
  json: jsonWords,
  largeTrace: largeTraceWords,
  list: listWords,
  map: mapWords,
  notHere: notHereWords,
  panel: panelWords,
  paths: pathsWords,
  search: searchWords,
  services: servicesWords,
  trace: traceWords,
  traceKeys: traceKeyWords,
  warnings: warningWords,
};

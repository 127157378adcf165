import type { JsonWords } from '../en/json.ts';

export const jsonWords: JsonWords = {
  inFile: '已保存的链路',
  emptyFile: '此文件中没有链路。',
  format: '格式',
  formatName: (format) => ({ spanwise: 'Spanwise', otlp: 'OTLP JSON', zipkin: 'Zipkin v2' })[format],
  formatHelp: (format) =>
    ({
      spanwise: '完整内容，与采集器自己的接口返回的相同。',
      otlp: 'OpenTelemetry 接收端的格式。',
      zipkin: 'Zipkin 的格式；Zipkin 没有对应字段的内容放在标签中。',
    })[format],
  download: '下载',
  saveFile: '保存为单个 HTML 文件',
  saveFileHelp: '链路与此页面合为一个文件：任何浏览器都能打开，无需采集器或网络。',
  saveFailed: '无法生成文件：采集器没有响应。',
  jsonCut: (count) => `此处只显示前 ${count} 个跨度，下载的文件包含全部。`,
};

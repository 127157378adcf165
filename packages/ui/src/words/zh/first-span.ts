import type { FirstSpanWords } from '../en/first-span.ts';

export const firstSpanWords: FirstSpanWords = {
  waiting: '等待第一个跨度',
  waitingText: '还没有收到任何数据。用下面任一方式发送，本页会自动亮起。',
  firstNode: 'Node.js 应用，无需修改代码',
  firstOtlp: '任何支持 OpenTelemetry（OTLP over HTTP）的程序',
  firstOtlpTry: '或手动试一下',
  firstZipkin: '任何支持 Zipkin 的程序',
  firstOtlpOff: 'Node.js 应用和 OpenTelemetry：暂不可用',
  firstOtlpOn: '它们发送 OTLP，而此采集器关闭了 OTLP 端口。请指定端口并重新启动采集器：',
  firstElsewhere: (origin) => `此页面经隧道或代理从 ${origin} 打开。下面是采集器自己的地址，在采集器所在的机器上有效。`,
};

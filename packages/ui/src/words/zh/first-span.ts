import type { FirstSpanWords } from '../en/first-span.ts';

export const firstSpanWords: FirstSpanWords = {
  waiting: '等待第一个跨度',
  waitingText: '还没有收到任何数据。用下面任一方式发送，本页会自动亮起。',
  ways: '发送跨度的方式',
  way: (way) =>
    ({
      node: 'Node.js',
      code: 'OpenTracing 代码',
      browser: '网页',
      otlp: 'Python、Java、Go…',
      zipkin: 'Zipkin',
      curl: '手动',
    })[way],
  wayText: (way) =>
    ({
      node: '应用无需修改：加一个参数即可跟踪 HTTP、fetch、gRPC、pg 和 mqtt。',
      code: '为 npm 的 opentracing 编写的代码保持不变：旧名称指向仍在维护的包，再用一个文件创建 tracer。',
      browser: '页面的文档加载、fetch 和错误，与服务器为它做的工作在同一条链路中。',
      otlp: '任何支持 OpenTelemetry 的程序，经 HTTP 发送 protobuf 或 JSON；不接收 gRPC。',
      zipkin: '任何发送 JSON（第 2 版）的 Zipkin 客户端：Brave、Micrometer、zipkin-go 等。',
      curl: '发送一个跨度，看看能否收到。',
    })[way],
  step: (step) =>
    ({
      nodeInstall: '在应用的目录中：',
      nodeStart: '这样启动：',
      codeInstall: '在应用的目录中：',
      codeTracing: 'tracing.cjs',
      codeStart: '这样启动：',
      browserOrigins: '采集器只接收来自指定来源的网页的跨度。启动采集器时写上网页的来源：',
      browserInstall: '使用打包工具时：',
      browserInit: '让页面最先运行：',
      browserScript: '不用打包工具时，从自己的来源提供 node_modules/@spanwise/browser/lib/script.min.js：',
      otlpVariables: '各语言 SDK 都会读取的环境变量：',
      otlpPython: 'Python，应用无需修改：',
      otlpJava: 'Java，应用无需修改：',
      otlpGo: 'Go，在 main 中，使用 go.opentelemetry.io/otel 的 otlptracehttp 和 sdk/trace：',
      zipkinAddress: '跨度发送到这个地址：',
      zipkinNode: '使用 @spanwise/node 的 Node.js 应用：',
      zipkinSpring: 'Spring Boot 3，application.properties：',
      curlOtlp: 'OpenTelemetry（OTLP，JSON）：',
      curlZipkin: 'Zipkin：',
    })[step],
  firstOtlpOff: '其他方式：暂不可用',
  firstOtlpOn: 'Node.js 应用、网页和 OpenTelemetry 发送 OTLP，而此采集器关闭了 OTLP 端口。请指定端口并重新启动采集器：',
  firstElsewhere: (origin) => `此页面经隧道或代理从 ${origin} 打开。下面是采集器自己的地址，在采集器所在的机器上有效。`,
};

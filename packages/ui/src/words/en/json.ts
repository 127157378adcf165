import type { JsonFormat } from '../../model/trace-tab.ts';

/** The JSON of a trace. */
export const jsonWords = {
  inFile: 'A saved trace',
  emptyFile: 'There is no trace in this file.',
  format: 'Format',
  formatName: (format: JsonFormat) => ({ spanwise: 'Spanwise', otlp: 'OTLP JSON', zipkin: 'Zipkin v2' })[format],
  formatHelp: (format: JsonFormat) =>
    ({
      spanwise: 'Everything, as this collector’s own API answers it.',
      otlp: 'As an OpenTelemetry receiver takes it.',
      zipkin: 'As Zipkin takes it; what Zipkin has no place for stands in tags.',
    })[format],
  download: 'Download',
  saveFile: 'Save as one HTML file',
  saveFileHelp: 'The trace with this page in it: opens in any browser, without a collector or a network.',
  saveFailed: 'The file could not be made: the collector does not answer.',
  jsonCut: (count: string) => `The first ${count} spans. The download has all.`,
};

export type JsonWords = typeof jsonWords;

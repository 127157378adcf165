/** The ways to look at one trace, in the order of their tabs. */
export const traceTabs = ['waterfall', 'findings', 'operations', 'flame', 'graph', 'json'] as const;
export type TraceTab = (typeof traceTabs)[number];

/** The formats in which a trace is shown as JSON and saved. */
export const jsonFormats = ['spanwise', 'otlp', 'zipkin'] as const;
export type JsonFormat = (typeof jsonFormats)[number];

const started = performance.now();
const { default: opentracing } = await import('opentracing');
const value = performance.now() - started;
if (typeof opentracing.Tracer !== 'function') throw new Error('nothing was loaded');
console.log(JSON.stringify({ value }));

const started = performance.now();
const { Tracer } = require('opentracing');
const value = performance.now() - started;
if (typeof Tracer !== 'function') throw new Error('nothing was loaded');
console.log(JSON.stringify({ value }));

// Jest makes the mock from what the exports look like.
jest.mock('opentracing');
const opentracing = require('opentracing');

const original = jest.requireActual('opentracing');

it('has mock functions for functions and classes, and constants as they are', () => {
  expect(jest.isMockFunction(opentracing.globalTracer)).toBe(true);
  expect(opentracing.globalTracer()).toBeUndefined();
  expect(jest.isMockFunction(opentracing.Tracer)).toBe(true);
  expect(opentracing.FORMAT_TEXT_MAP).toBe(original.FORMAT_TEXT_MAP);
  expect(opentracing.Tags.ERROR).toBe(original.Tags.ERROR);
});

it.each([
  ['Tracer', ['startSpan', 'inject', 'extract']],
  [
    'Span',
    [
      'context',
      'tracer',
      'setOperationName',
      'setBaggageItem',
      'getBaggageItem',
      'setTag',
      'addTags',
      'log',
      'logEvent',
      'finish',
    ],
  ],
  ['MockTracer', ['startSpan', 'inject', 'extract', 'report', 'clear']],
  ['Reference', ['type', 'referencedContext']],
])('instances of %s have mocked methods', (name, methods) => {
  const instance = new opentracing[name]();
  expect(instance).toBeInstanceOf(opentracing[name]);
  for (const method of methods) {
    expect(jest.isMockFunction(instance[method])).toBe(true);
    expect(instance[method]('a')).toBeUndefined();
    expect(instance[method]).toHaveBeenCalledWith('a');
  }
});

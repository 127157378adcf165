import type * as stream from 'node:stream';

import { isChildOf, spanNamed, same } from '../assertions.ts';
import type { Bench } from '../bench.ts';
import type { Scenario } from '../scenario.ts';
import type { Steps } from '../steps.ts';
import { nodeModule } from './node-module.ts';

/** Three chunks through a slow transform, one at a time: each is marked in the transform, and at the end. */
function copyThrough(bench: Bench, name: string, transformed: (chunk: string) => void): Promise<string> {
  const { pipeline, Readable, Transform, Writable } = nodeModule('node:stream') as typeof stream;
  const chunks = [1, 2, 3].map((number) => `${name}${number}`);
  const received: string[] = [];
  const source = new Readable({
    objectMode: true,
    highWaterMark: 1,
    read: () => void source.push(chunks.shift() ?? null),
  });
  const transform = new Transform({
    objectMode: true,
    highWaterMark: 1,
    transform(chunk: string, _encoding, callback) {
      transformed(chunk);
      setImmediate(callback, null, chunk.toUpperCase());
    },
  });
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk: string, _encoding, callback) {
      received.push(chunk);
      setImmediate(callback);
    },
  });
  return new Promise((resolve, reject) => {
    pipeline(source, transform, sink, (error) => (error ? reject(error) : resolve(received.join())));
  });
}

function expectEachInItsPipeline(bench: Bench): void {
  const spans = bench.tracer.finishedSpans();
  for (const name of ['a', 'b']) {
    for (const number of [1, 2, 3]) isChildOf(spanNamed(spans, `${name}${number}`), spanNamed(spans, name));
  }
}

/** Two pipelines at once, with backpressure: a transform runs below the span in which its pipeline began. Origin: ours. */
export const streamPipeline: Scenario = {
  name: 'stream_pipeline',
  origin: 'javascript',
  needs: 'node',
  *main(bench): Steps {
    const copied = ['a', 'b'].map((name) =>
      bench.tracer.withActiveSpan(name, () => copyThrough(bench, name, (chunk) => bench.mark(chunk))),
    );
    same(String(yield Promise.all(copied)), 'A1,A2,A3,B1,B2,B3', 'what came out');
    expectEachInItsPipeline(bench);
  },
};

/** The same by hand: a transform that was bound where its pipeline began. Origin: ours. */
export const streamPipelineBound: Scenario = {
  name: 'stream_pipeline: bound',
  origin: 'javascript',
  needs: 'node',
  *main(bench): Steps {
    const copied = ['a', 'b'].map((name) =>
      bench.tracer.withActiveSpan(name, () =>
        copyThrough(
          bench,
          name,
          bench.manager.bind((chunk: string) => bench.mark(chunk)),
        ),
      ),
    );
    yield Promise.all(copied);
    expectEachInItsPipeline(bench);
  },
};

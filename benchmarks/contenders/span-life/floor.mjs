// As little as a tracer could do: two plain objects, ids from a random generator in place, five readings of the clock
// (two starts, one log, two ends), handed to a recorder.

/* floor */
let state0 = 0x12345678;
let state1 = 0x9abcdef0;

function word() {
  let mixed = state0;
  const other = state1;
  state0 = other;
  mixed ^= mixed << 23;
  mixed ^= (mixed >>> 17) ^ other ^ (other >>> 26);
  state1 = mixed;
  return (mixed + other) | 0;
}

function startSpan(name, parent) {
  return {
    trace0: parent === null ? word() : parent.trace0,
    trace1: parent === null ? word() : parent.trace1,
    trace2: parent === null ? word() : parent.trace2,
    trace3: parent === null ? word() : parent.trace3,
    span0: word(),
    span1: word(),
    parent0: parent === null ? 0 : parent.span0,
    parent1: parent === null ? 0 : parent.span1,
    name,
    start: performance.now(),
    end: 0,
    tags: null,
    log: null,
  };
}

function life(recorder) {
  const root = startSpan('GET /orders/:id', null);
  root.tags = ['span.kind', 'server', 'http.method', 'GET', 'http.url', '/orders/42'];
  const child = startSpan('SELECT orders', root);
  child.tags = ['span.kind', 'client', 'db.type', 'sql'];
  child.log = { time: performance.now(), event: 'rows', rows: 3 };
  child.end = performance.now();
  recorder.finish(child);
  root.tags.push('http.status_code', 200);
  root.end = performance.now();
  recorder.finish(root);
}
/* floor */

export async function prepare() {
  let sum = 0;
  const recorder = { finish: (span) => (sum = (sum + span.span0 + span.name.length) | 0) };
  return {
    operation() {
      life(recorder);
      return sum;
    },
  };
}

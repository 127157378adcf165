#!/usr/bin/env bash
# Packs every public package, installs the tarballs into an empty folder, and does what the README's quick start does:
# the command in one process, somebody's own application traced by one flag in another, and the trace by its own API. The
# tarballs' declarations are compiled against as well.
#
#   e2e/quick-start.sh FOLDER     (the folder is made and must be empty)
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
folder=$1
if [ ! -e "$repository/packages/opentracing/lib/index.d.ts" ]; then
  echo 'the packages have no declarations yet: npm run build makes them' >&2
  exit 1
fi
mkdir -p "$folder/tarballs"
for package in opentracing wire tracer instrumentation node analysis ui collector spanwise; do
  (cd "$repository/packages/$package" && npm pack --silent --pack-destination "$folder/tarballs" >/dev/null)
done
cd "$folder"
echo '{ "name": "quick-start", "private": true, "type": "module" }' >package.json
npm install --silent ./tarballs/*.tgz

cat >app.js <<'APP'
import { createServer } from 'node:http';
const server = createServer((request, response) => response.end('hello\n')).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await (await fetch(`http://127.0.0.1:${port}/hello`)).text();
  server.close();
});
APP

cat >typed.mts <<'TS'
import { globalTracer, type Span } from '@spanwise/opentracing';
import { MockTracer } from '@spanwise/opentracing/mock';
import { createTracer } from '@spanwise/tracer';
{
  using span: Span = globalTracer().startSpan('typed');
  span.setTag('mock', new MockTracer().report().spans.length);
}
export const tracer: typeof createTracer = createTracer;
TS
"$repository/node_modules/.bin/tsc" --noEmit --strict --module nodenext --target es2022 --lib es2022,dom,esnext.disposable typed.mts
echo "the tarballs' declarations compile"

# Not through npx: a signal to npx does not reach the command.
node_modules/.bin/spanwise --port-main 0 --port-otlp-http 0 --port-otlp-grpc off \
  --port-jaeger-http off --port-jaeger-compact off --port-jaeger-binary off --data-dir "$folder/data" >collector.log 2>&1 &
collector=$!
trap 'kill $collector 2>/dev/null || true; wait $collector 2>/dev/null || true' EXIT
for _ in $(seq 100); do grep -q 'http://' collector.log && break; sleep 0.1; done
cat collector.log
page=$(grep -o 'http://[0-9.:]*' collector.log | sed -n 1p)
otlp=$(grep -o 'http://[0-9.:]*' collector.log | sed -n 2p)

SPANWISE_SERVICE_NAME=hello SPANWISE_OTLP_ENDPOINT="$otlp" node --import @spanwise/node/register app.js
for _ in $(seq 100); do
  now=$(date +%s)
  answer=$(curl -s "$page/api/spanwise/v1/traces?service=hello&startMicros=$(((now - 600) * 1000000))&endMicros=$(((now + 1) * 1000000))&limit=5" || true)
  if echo "$answer" | grep -q '"spanCount":2'; then
    echo "the quick start's trace is there: $answer"
    exit 0
  fi
  sleep 0.1
done
echo "no trace of two spans within ten seconds; the last answer was: $answer"
exit 1

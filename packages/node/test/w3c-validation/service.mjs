// The service that W3C's validation suite of Trace Context asks for. It takes a POST of a JSON array of { url, arguments } and
// posts the arguments to each url, one after the other: at /test through node:http, at /test/fetch through fetch. It knows
// nothing of tracing, which comes with the flag. Prints its port; the suite itself runs against it, too:
//
//   node --import @spanwise/node/register packages/node/test/w3c-validation/service.mjs 5000
//   SPEC_LEVEL=2 python test.py http://127.0.0.1:5000/test      # in the folder test of github.com/w3c/trace-context
import { once } from 'node:events';
import http from 'node:http';
import { json } from 'node:stream/consumers';

const headers = { 'content-type': 'application/json' };
const senders = { '/test': postByHttp, '/test/fetch': postByFetch };

const server = http.createServer((request, response) => {
  serve(request).then(
    (status) => response.writeHead(status).end(),
    (error) => response.writeHead(502).end(String(error)),
  );
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => console.log(server.address().port));

async function serve(request) {
  const post = senders[request.url];
  if (post === undefined || request.method !== 'POST') return 404;
  for (const { url, arguments: body } of await json(request)) await post(url, JSON.stringify(body));
  return 200;
}

async function postByHttp(url, body) {
  const request = http.request(url, { method: 'POST', headers }).end(body);
  const [response] = await once(request, 'response');
  await once(response.resume(), 'end');
}

async function postByFetch(url, body) {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

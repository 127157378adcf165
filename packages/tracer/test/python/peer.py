"""Serves an OpenTracing tracer to a test: continues the trace it is handed, and says what it understood of it.

POST with JSON {format, carrier, baggage}. In the format http_headers the carrier is the request's headers, and the answer's
headers carry the context of the span that was started; else carriers stand in the bodies, bytes as hex.
"""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from opentracing import Format


def serve(tracer, describe):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers['content-length'])
            request = json.loads(self.rfile.read(length))
            try:
                answer, headers = self.exchange(request)
            except Exception as error:
                answer, headers = {'error': repr(error)}, {}
            body = json.dumps(answer).encode()
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header('content-length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def exchange(self, request):
            format = request['format']
            carrier = request['carrier']
            if format == Format.HTTP_HEADERS:
                carrier = dict(self.headers)
            elif format == Format.BINARY and carrier is not None:
                carrier = bytearray.fromhex(carrier)
                # basictracer's Python passes over the length, which Go reads by.
                if int.from_bytes(carrier[:4], 'big') != len(carrier) - 4:
                    raise ValueError('the length is not that of the message')
            parent = None if carrier is None else tracer.extract(format, carrier)
            span = tracer.start_span('python', child_of=parent)
            for key, value in request['baggage'].items():
                span.set_baggage_item(key, value)
            sent = bytearray() if format == Format.BINARY else {}
            tracer.inject(span.context, format, sent)
            answer = {
                'received': None if parent is None else describe(parent),
                'sent': describe(span.context),
                'tags': {tag.key: tag.vStr for tag in getattr(span, 'tags', None) or []},
            }
            if format == Format.HTTP_HEADERS:
                return answer, sent
            answer['carrier'] = sent.hex() if format == Format.BINARY else sent
            return answer, {}

        def log_message(self, *arguments):
            pass

    server = HTTPServer(('127.0.0.1', 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()

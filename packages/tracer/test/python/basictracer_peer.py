from basictracer import BasicTracer

from peer import serve


def describe(context):
    return {
        'traceId': format(context.trace_id, 'x'),
        'spanId': format(context.span_id, 'x'),
        'sampled': context.sampled,
        'baggage': dict(context.baggage or {}),
    }


tracer = BasicTracer()
tracer.register_required_propagators()
serve(tracer, describe)

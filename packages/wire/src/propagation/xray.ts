import { clearIds, type IdWords, parseLooseHex, setDecision, setIds, setTraceIdAlone } from './loose-ids.ts';
import type { MutableTraceContext } from './trace-context.ts';
import { formatSpanId, formatTraceId128 } from './traceparent.ts';

/*
 * AWS X-Ray's `X-Amzn-Trace-Id`. Source: "Tracing header" in the X-Ray developer guide.
 */

/** Room for the keys of others (`Self`, `Lineage`); load balancers and functions send 200 characters or fewer. */
const maxLength = 2048;
const maxFields = 32;

/** `Root`, `Parent` and, unless the receiver decides, `Sampled`, each if the context has it. */
export function formatXray(context: Readonly<MutableTraceContext>): string {
  const sampled = context.samplingKnown || context.debug ? `Sampled=${context.debug ? 1 : context.flags & 1}` : '';
  const hasTraceId = (context.traceId0 | context.traceId1 | context.traceId2 | context.traceId3) !== 0;
  const traceId = hasTraceId ? formatTraceId128(context) : '';
  const root = hasTraceId ? `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}` : '';
  const parent = (context.spanId0 | context.spanId1) === 0 ? '' : `Parent=${formatSpanId(context)}`;
  return [root, parent, sampled].filter((part) => part !== '').join(';');
}

/**
 * Reads an `X-Amzn-Trace-Id`: `Root=1-8 digits-24 digits`, `Parent=16 digits` and `Sampled=1`, `0` or `?` (the receiver
 * decides, as without it), in any order, other keys passed over. `Root` without `Parent`, which load balancers send, names
 * no span: `target` then has a trace id, and a span id of zero; with `Sampled` alone both are zero.
 *
 * `undefined`, with `target` untouched, when nothing of use is in it. False, the same, when it is malformed: a part that is not empty and has no
 * `=`, another version, other numbers of digits, zero ids, `Parent` without `Root`, another decision, one of the three keys
 * twice, more than 2,048 characters or 32 parts.
 */
export function parseXray(header: string, target: MutableTraceContext): boolean | undefined {
  const fields = fieldsOf(header);
  if (fields === undefined) return false;
  const decision = fields.get('Sampled') ?? '?';
  if (decision !== '1' && decision !== '0' && decision !== '?') return false;
  const sampled = decision === '?' ? undefined : decision === '1';
  const root = fields.get('Root');
  const parent = fields.get('Parent');
  const trace = root === undefined ? undefined : parseRoot(root);
  if (trace === undefined && (root !== undefined || parent !== undefined)) return false;
  if (trace === undefined) {
    if (sampled === undefined) return undefined;
    clearIds(target);
  } else if (parent === undefined) {
    setTraceIdAlone(target, trace);
  } else {
    const span = parent.length === 16 ? parseLooseHex(parent, 16) : undefined;
    if (span === undefined || !setIds(target, trace, span)) return false;
  }
  setDecision(target, sampled);
  return true;
}

/** What stands before and behind each `=`; of keys that are not ours the last. `undefined` when it is malformed. */
function fieldsOf(header: string): ReadonlyMap<string, string> | undefined {
  if (header.length > maxLength) return undefined;
  const fields = new Map<string, string>();
  const parts = header.split(';', maxFields + 1);
  if (parts.length > maxFields) return undefined;
  for (const part of parts) {
    if (part.trim() === '' && parts.length > 1) continue;
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    if (key === '' || (fields.has(key) && ownKeys.has(key))) return undefined;
    fields.set(key, part.slice(equals + 1).trim());
  }
  return fields;
}

const ownKeys: ReadonlySet<string> = new Set(['Root', 'Parent', 'Sampled']);

function parseRoot(root: string): IdWords | undefined {
  if (!/^1-[0-9a-f]{8}-[0-9a-f]{24}$/i.test(root)) return undefined;
  const trace = parseLooseHex(root.slice(2, 10) + root.slice(11), 32)!;
  return (trace.word0 | trace.word1 | trace.word2 | trace.word3) === 0 ? undefined : trace;
}

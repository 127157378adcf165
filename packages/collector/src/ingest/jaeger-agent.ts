import { WireFormatError } from '@spanwise/wire';
import { emittedBatch } from '@spanwise/wire/jaeger/decode';
import type { ThriftProtocol } from '@spanwise/wire/jaeger/decode';

import { bodyCodecs } from '../formats/body-codecs.ts';
import { asRefusal, RefusedRequest } from '../http/refused-request.ts';
import type { DatagramHandler } from '../ports/datagram-port.ts';
import type { BodySource } from './body-source.ts';
import { Complaints } from './complaints.ts';
import { tooLarge } from './decompress.ts';
import type { IngestParts } from './ingest-parts.ts';
import type { BodyForm } from './span-intake.ts';
import { refusalText } from './text-refusal.ts';

const forms: Readonly<Record<ThriftProtocol, BodyForm>> = {
  binary: { codec: bodyCodecs.jaegerBinary, reportsRejected: false },
  compact: { codec: bodyCodecs.jaegerCompact, reportsRejected: false },
};

/** What takes datagrams. */
interface AgentParts extends Pick<IngestParts, 'intake' | 'counters' | 'report'> {
  readonly complain: (line: string) => void;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * `emitBatch` of Jaeger's agent (agent.thrift), one message a datagram. Nobody is answered, so what is refused is counted
 * and said to people; spans that the store cannot take at the time are lost, as with Jaeger's own agent.
 */
export function jaegerAgentIngest(parts: AgentParts, protocol: ThriftProtocol): DatagramHandler {
  const { intake, counters, report } = parts;
  const form = forms[protocol];
  const complaints = new Complaints(parts.complain, parts.now);
  return async (datagram) => {
    try {
      await intake.receive(batchOf(datagram, protocol), form);
      counters.countBody(form.codec.name, 202);
    } catch (error) {
      const refusal = asRefusal(error);
      if (refusal.cause !== undefined) report(refusal.cause);
      counters.countBody(form.codec.name, refusal.status);
      complaints.say(`spans that came by UDP (${form.codec.name}) were not taken: ${refusalText(refusal)}`);
    }
  };
}

function batchOf(datagram: Buffer, protocol: ThriftProtocol): BodySource {
  return async ({ limitBytes }, share) => {
    if (datagram.length > limitBytes) throw tooLarge(limitBytes);
    share.add(datagram.length);
    try {
      const { buffer, byteOffset, byteLength } = emittedBatch(datagram, protocol);
      return Buffer.from(buffer, byteOffset, byteLength);
    } catch (error) {
      if (error instanceof WireFormatError) throw new RefusedRequest('malformed-body', error.message);
      throw error;
    }
  };
}

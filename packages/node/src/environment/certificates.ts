import type { Variables } from './variables.ts';

const SIGNALS = ['OTEL_EXPORTER_OTLP_TRACES_', 'OTEL_EXPORTER_OTLP_'];

/** Says once which certificates of the environment are not used, and what works instead. */
export function warnOfCertificates(variables: Variables): void {
  const isSet = (option: string): string[] =>
    SIGNALS.map((signal) => signal + option).filter((name) => variables.value(name) !== undefined);
  const authority = isSet('CERTIFICATE');
  const client = [...isSet('CLIENT_KEY'), ...isSet('CLIENT_CERTIFICATE')];
  const names = [...authority, ...client];
  if (names.length === 0) return;
  const fixes = [
    ...(authority.length > 0
      ? ['write the file’s name into NODE_EXTRA_CA_CERTS, which Node reads when it starts']
      : []),
    ...(client.length > 0 ? ['send through a collector on this host that has the client’s certificate'] : []),
  ];
  variables.note(`${names.join(', ')}: not used yet, spans are sent without; ${fixes.join(', and ')}`);
}

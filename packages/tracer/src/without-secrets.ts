/**
 * A value for a message or a log: without what stands before the last "@", and from the first "?" or "#" on, be it an address
 * or not, because in what is wrong nobody knows where a secret ends. An "@" that comes after one of these leaves nothing but
 * the scheme: `http://user:pass@host?token=x` is `http://…@host?…`. For those who write a transport; it does not tell
 * secrets that stand in a path.
 */
export function withoutSecrets(value: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?([^]*)$/i.exec(value)!;
  const [, start = '', end = ''] = /^([^?#]*)([^]*)$/.exec(rest)!;
  if (end.includes('@')) return `${scheme}…`;
  return scheme + start.replace(/^[^]*@/, '…@') + (end === '' ? '' : `${end[0]}…`);
}

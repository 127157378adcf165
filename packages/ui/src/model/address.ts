/**
 * The query string as the router keeps it: plain `key=value` pairs, a repeated key for a list. No JSON in the address,
 * so that people can read and write it.
 */
export type AddressSearch = Record<string, string | string[]>;

export function parseAddress(query: string): AddressSearch {
  const search: AddressSearch = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const held = search[key];
    search[key] = held === undefined ? value : [...(Array.isArray(held) ? held : [held]), value];
  }
  return search;
}

/** What becomes of some parts of an address: absent ones leave it. */
export type AddressChange<Params> = { readonly [Key in keyof Params]: Params[Key] | undefined };

/** Absent parts leave the address instead of standing in it empty. */
export function withoutAbsent<Params extends object>(params: AddressChange<Params>): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as Params;
}

/** Empty, absent and odd values are left out. The answer starts with `?` unless it is empty. */
export function formatAddress(search: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of values) {
      if (typeof one === 'string' || typeof one === 'number') query.append(key, String(one));
    }
  }
  // Characters that are safe in a query and common in tags stay readable.
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}

/** Styles as SGR parameters (ECMA-48 §8.3.117). */
export interface Painter {
  readonly error: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  /** One of six colours, always the same for one name. */
  readonly service: (text: string, name: string) => string;
}

const serviceColours = [36, 35, 33, 32, 34, 96];

/** Paints with ANSI colours, or hands texts through. */
export function painter(color: boolean): Painter {
  const paint = (text: string, ...codes: number[]): string =>
    color && text !== '' ? `\u001b[${codes.join(';')}m${text}\u001b[0m` : text;
  return {
    error: (text) => paint(text, 1, 31),
    strong: (text) => paint(text, 1),
    quiet: (text) => paint(text, 2),
    service: (text, name) => paint(text, serviceColours[hash(name) % serviceColours.length]!),
  };
}

function hash(name: string): number {
  let value = 7;
  for (let at = 0; at < name.length; at++) value = (Math.imul(value, 31) + name.charCodeAt(at)) >>> 0;
  return value;
}

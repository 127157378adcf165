/** The settings that are not `undefined`: given to an option of the tracer, that would hide another value. */
export function withoutAbsent<Settings extends object>(settings: {
  readonly [Name in keyof Settings]: Settings[Name] | undefined;
}): { readonly [Name in keyof Settings]?: Settings[Name] } {
  const present = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof Settings]?: Settings[Name] };
}

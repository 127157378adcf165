/** The media type of a `Content-Type` header in lower case, without parameters; empty when there is none. */
export function mediaType(header: string | undefined): string {
  return header?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Every sample of a Prometheus text page without labels, by name; with labels, by name and labels as written. */
export async function readMetrics(mainUrl: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${mainUrl}/metrics`)).text();
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+(?:\{[^}]*\})?)\s+(\S+)/i.exec(line);
    if (match !== null) samples.set(match[1] ?? '', Number(match[2]));
  }
  return samples;
}

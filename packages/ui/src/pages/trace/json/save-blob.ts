/** Hands a file to the browser, which puts it where its downloads go. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has the blob once the click is handled.
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

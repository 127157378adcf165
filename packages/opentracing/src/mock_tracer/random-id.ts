/** Random hex digits, not all zero. Good enough for tests, not for production. */
export function randomId(digits: number): string {
  let id = '';
  while (id.length < digits) id += randomWord();
  return id;
}

function randomWord(): string {
  return (1 + Math.floor(Math.random() * 0xffff_fffe)).toString(16).padStart(8, '0');
}

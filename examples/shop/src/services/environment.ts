/** The value of an environment variable that the shop's main process always sets. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: the shop's services are started by its main process (npm start)`);
  }
  return value;
}

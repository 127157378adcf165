/** What an assertion throws. */
export function failure(message: string): Error {
  const error = new Error(message);
  // Runners show errors of this name without the name, and some show them as failures, not as errors.
  error.name = 'AssertionError';
  return error;
}

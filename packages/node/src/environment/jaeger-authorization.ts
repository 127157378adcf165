import { canBeSent } from './headers.ts';
import type { Variables } from './variables.ts';

const USERS = ['JAEGER_USER', 'JAEGER_REPORTER_USER'];
const PASSWORDS = ['JAEGER_PASSWORD', 'JAEGER_REPORTER_PASSWORD'];
const TOKEN = 'JAEGER_AUTH_TOKEN';

/**
 * The `authorization` for the address in `JAEGER_ENDPOINT`: basic for user and password, otherwise bearer for a token. It
 * was meant for that address, so it is sent to no other.
 *
 * @param hasEndpoint whether that address is used.
 *
 * Source: jaeger-client-java 1.8, `Configuration`; RFC 7617 and RFC 6750.
 */
export function readJaegerAuthorization(variables: Variables, hasEndpoint: boolean): string | undefined {
  const [user, password] = [variables.firstSet(USERS), variables.firstSet(PASSWORDS)];
  const names = [user, password, variables.firstSet([TOKEN])].filter((name) => name !== undefined);
  if (names.length === 0) return undefined;
  if (!hasEndpoint) {
    variables.note(
      `${names.join(', ')}: not used, because they are for JAEGER_ENDPOINT, which is not; ` +
        'write OTEL_EXPORTER_OTLP_HEADERS=authorization=… for another address',
    );
    return undefined;
  }
  if (user !== undefined && password !== undefined) return basic(variables, user, password);
  const token = readToken(variables);
  const alone = user ?? password;
  if (alone !== undefined) variables.note(`${alone}: not used alone; set JAEGER_USER and JAEGER_PASSWORD`);
  return token;
}

function basic(variables: Variables, user: string, password: string): string {
  const credentials = `${variables.value(user)}:${variables.value(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

function readToken(variables: Variables): string | undefined {
  const parse = (token: string): string | undefined => {
    const value = `Bearer ${token}`;
    return canBeSent(['authorization', value]) ? value : undefined;
  };
  return variables.read([TOKEN], parse, 'write a token with characters that HTTP allows (no line breaks)');
}

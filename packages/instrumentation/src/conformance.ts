/**
 * What every instrumentation of HTTP must do, as plain cases without a test framework.
 *
 * @module
 */
export type { ConformanceCase } from '@spanwise/opentracing/conformance';
export type {
  ClientCall,
  ClientReply,
  CreateHttpClient,
  HttpClientCapabilities,
  HttpClientSetting,
  HttpClientUnderTest,
} from './conformance/client/under-test.ts';
export { httpClientCases } from './conformance/http-client-cases.ts';
export { httpServerCases } from './conformance/http-server-cases.ts';
export type {
  Answer,
  CreateHttpServer,
  HttpServerCapabilities,
  HttpServerSetting,
  HttpServerUnderTest,
  Route,
  ServedRequest,
} from './conformance/server/under-test.ts';

import { ZipkinJsonEncoder } from '@spanwise/wire/zipkin/encode';

import { encoding } from '../encode/spanwise.mjs';

export const prepare = async () => encoding(new ZipkinJsonEncoder());

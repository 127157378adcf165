import { OtlpProtobufEncoder } from '@spanwise/wire/otlp/encode';

import { encoding } from '../encode/spanwise.mjs';

export const prepare = async () => encoding(new OtlpProtobufEncoder());

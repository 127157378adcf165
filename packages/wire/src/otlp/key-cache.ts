import { ProtobufWriter } from './protobuf-writer.ts';

/** Programs have some hundreds of keys; one that makes keys up must not fill the memory. */
const maxKeys = 1024;
const maxKeyLength = 64;

/** `KeyValue.key` of one attribute, tag and length included, remembered: keys are few and repeat. */
export class KeyCache {
  readonly #encoded = new Map<string, Uint8Array>();
  readonly #scratch = new ProtobufWriter();

  get(key: string): Uint8Array {
    return this.#encoded.get(key) ?? this.#encode(key);
  }

  #encode(key: string): Uint8Array {
    // What a key that threw has left.
    this.#scratch.position = 0;
    this.#scratch.byte(0x0a);
    this.#scratch.string(key);
    const bytes = this.#scratch.take();
    if (key.length <= maxKeyLength) {
      if (this.#encoded.size >= maxKeys) this.#encoded.clear();
      this.#encoded.set(key, bytes);
    }
    return bytes;
  }
}

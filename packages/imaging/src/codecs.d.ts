/** The part of the Emscripten builds of @cornerstonejs that is called here; the four have it in common. */
export interface Decoder {
  getEncodedBuffer(size: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned?: boolean };
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}
export type Module = Record<string, new () => Decoder>;
declare const load: (options: { print: () => void; printErr: () => void }) => Promise<Module>;
export default load;

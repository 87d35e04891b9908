/** A file: its bytes, or what reads them. A file that is read twice is not kept in between. */
export type DicomFile = Uint8Array | (() => Promise<Uint8Array>);

export const loadFile = async (file: DicomFile): Promise<Uint8Array> => (typeof file === 'function' ? file() : file);

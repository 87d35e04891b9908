/** The part of dcmjs that is used; it ships no types. */
declare module 'dcmjs' {
  /** Elements by the eight hexadecimal digits of their tag. */
  export type Elements = Record<string, { vr: string; Value: readonly unknown[] }>;
  export const data: {
    DicomDict: new (meta: Elements) => { dict: Elements; write(options: { fragmentMultiframe: boolean }): ArrayBuffer };
    DicomMetaDictionary: { nameMap: Record<string, { tag: string; vr: string } | undefined> };
  };
}

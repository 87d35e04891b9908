/** A value of an attribute: text, numbers (of 32 bits where the VR is UL, else of 16), bytes as they are, or items. */
type Value = string | number[] | Uint8Array | Attributes[];
/** Attributes by tag, such as `00280010`, with their VR. */
export interface Attributes {
  [tag: string]: readonly [vr: string, value: Value];
}

const LONG = new Set(['OB', 'OW', 'SQ', 'UN']);
const uint16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];
const uint32 = (value: number): number[] => [...uint16(value & 0xffff), ...uint16(value >>> 16)];
const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** Fragments of compressed pixel data, after an offset table. */
export function encapsulate(fragments: readonly Uint8Array[], offsetTable: readonly number[] = []): Uint8Array {
  const item = (bytes: ArrayLike<number>): number[] => [
    0xfe,
    0xff,
    0x00,
    0xe0,
    ...uint32(bytes.length),
    ...Array.from(bytes),
  ];
  const padded = fragments.map((fragment) => (fragment.length % 2 === 0 ? [...fragment] : [...fragment, 0]));
  return Uint8Array.from([
    ...item(offsetTable.flatMap(uint32)),
    ...padded.flatMap(item),
    0xfe,
    0xff,
    0xdd,
    0xe0,
    0,
    0,
    0,
    0,
  ]);
}

/** A data set of explicit VR little endian attributes, in the order of their tags, without the header of a file. */
export function writeDataSet(attributes: Attributes, isEncapsulated = false): number[] {
  return Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([tag, [vr, value]]) => element(tag, vr, value, isEncapsulated && tag === '7fe00010'));
}

function element(tag: string, vr: string, value: Value, hasFragments: boolean): number[] {
  const raw = rawBytes(vr, value);
  const bytes = raw.length % 2 === 0 ? raw : [...raw, vr === 'UI' || LONG.has(vr) ? 0 : 0x20];
  const length = hasFragments ? 0xffffffff : bytes.length;
  const group = Number.parseInt(tag.slice(0, 4), 16);
  const head = [...uint16(group), ...uint16(Number.parseInt(tag.slice(4), 16)), ...ascii(vr)];
  return [...head, ...(LONG.has(vr) ? [0, 0, ...uint32(length)] : uint16(length)), ...bytes];
}

function rawBytes(vr: string, value: Value): number[] {
  if (typeof value === 'string') return ascii(value);
  if (value instanceof Uint8Array) return [...value];
  return value.flatMap((one) => {
    if (typeof one === 'number') return vr === 'UL' ? uint32(one) : uint16(one);
    const item = writeDataSet(one);
    return [0xfe, 0xff, 0x00, 0xe0, ...uint32(item.length), ...item];
  });
}

/** A DICOM file of explicit VR little endian attributes. */
export function writeDicom(attributes: Attributes, transferSyntax = '1.2.840.10008.1.2.1', isEncapsulated = false) {
  return Uint8Array.from([
    ...Array.from({ length: 128 }, () => 0),
    ...ascii('DICM'),
    ...element('00020010', 'UI', transferSyntax, false),
    ...writeDataSet(attributes, isEncapsulated),
  ]);
}

/** Attributes of a grey image of 16 bits with 2 rows and 3 columns; change what a test is about. */
export const smallImage = (pixels: readonly number[] = [0, 1, 2, 3, 4, 5]): Attributes => ({
  '00080060': ['CS', 'CR'],
  '00280002': ['US', [1]],
  '00280004': ['CS', 'MONOCHROME2'],
  '00280010': ['US', [2]],
  '00280011': ['US', [3]],
  '00280100': ['US', [16]],
  '00280101': ['US', [16]],
  '00280102': ['US', [15]],
  '00280103': ['US', [0]],
  '7fe00010': ['OW', [...pixels]],
});

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const uint16 = (value: number): number[] => [value & 0xff, (value >> 8) & 0xff];

/** Explicit VR little endian (PS3.5 7.1.2); values are text, or whole numbers of 16 bits. */
function element(tag: string, vr: string, value: string | readonly number[]): number[] {
  const raw = typeof value === 'string' ? ascii(value) : value.flatMap(uint16);
  const bytes = raw.length % 2 === 0 ? raw : [...raw, vr === 'UI' ? 0 : 0x20];
  const isLong = vr === 'OW';
  const length = isLong ? [0, 0, ...uint16(bytes.length), 0, 0] : uint16(bytes.length);
  return [
    ...uint16(Number.parseInt(tag.slice(0, 4), 16)),
    ...uint16(Number.parseInt(tag.slice(4), 16)),
    ...ascii(vr),
    ...length,
    ...bytes,
  ];
}

interface Slice {
  uid: string;
  series: string;
  /** Position of the first pixel along z, mm. */
  z: number;
  modality: string;
  rows: number;
  columns: number;
  /** The value of every pixel. */
  value: number;
}

/** One slice of 16 bits with pixels of 1 mm, as a DICOM file. */
export const slice = ({ uid, series, z, modality, rows, columns, value }: Slice): Uint8Array =>
  Uint8Array.from([
    ...Array.from({ length: 128 }, () => 0),
    ...ascii('DICM'),
    ...element('00020010', 'UI', '1.2.840.10008.1.2.1'),
    ...element('00080018', 'UI', uid),
    ...element('00080060', 'CS', modality),
    ...element('00180050', 'DS', '2.5'),
    ...element('0020000d', 'UI', '1.2'),
    ...element('0020000e', 'UI', series),
    ...element('00200032', 'DS', `-10\\-20\\${z}`),
    ...element('00200037', 'DS', '1\\0\\0\\0\\1\\0'),
    ...element('00280002', 'US', [1]),
    ...element('00280004', 'CS', 'MONOCHROME2'),
    ...element('00280010', 'US', [rows]),
    ...element('00280011', 'US', [columns]),
    ...element('00280030', 'DS', '1\\1'),
    ...element('00280100', 'US', [16]),
    ...element('00280101', 'US', [16]),
    ...element('00280102', 'US', [15]),
    ...element('00280103', 'US', [0]),
    ...element('00281052', 'DS', '0'),
    ...element('00281053', 'DS', '1'),
    ...element(
      '7fe00010',
      'OW',
      Array.from({ length: rows * columns }, () => value),
    ),
  ]);

import { describe, expect, test } from 'vitest';
import { readDicom, readDicomSeries, type Volume } from '../src/index.js';
import oracle from './oracle/small-files.json' with { type: 'json' };

/* Small files that pydicom wrote, with the values that it reads from them: oracle/small-files.py. */
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

/** Brightness in [0, 1] of a value, as DICOM PS3.3 C.11.2.1 shows it. */
function shown({ voi, storableRange: [low, high] }: Volume, value: number): number {
  const [window] = voi?.windows ?? [];
  const [table] = voi?.tables ?? [];
  if (table !== undefined) {
    const at = Math.min(Math.max(value - table.first, 0), table.values.length - 1);
    return (table.values[at] ?? Number.NaN) / table.max;
  }
  if (window === undefined) return (value - low) / (high - low);
  const { center, width, shape } = window;
  const linear = shape === 'linear' ? (value - (center - 0.5)) / (width - 1) + 0.5 : (value - center) / width + 0.5;
  if (shape === 'sigmoid') return 1 / (1 + Math.exp((-4 * (value - center)) / width));
  return Math.min(Math.max(linear, 0), 1);
}

describe('small files give the values that pydicom reads', () => {
  test.each(oracle.files)('$name', async ({ file, shape, values, warnings }) => {
    const volume = await readDicom(bytesOf(file));
    expect(volume.shape).toEqual(shape);
    expect([...volume.data]).toEqual(values.map(Math.fround));
    expect(volume.warnings.map(({ code }) => code)).toEqual(warnings);
  });

  test.each(oracle.files.flatMap(({ shown: brightness, ...rest }) => (brightness ? [{ brightness, ...rest }] : [])))(
    '$name is as bright as pydicom shows it',
    async ({ file, brightness }) => {
      const volume = await readDicom(bytesOf(file));
      expect(volume.voi).toBeDefined();
      [...volume.data].forEach((value, i) => expect(shown(volume, value)).toBeCloseTo(brightness[i] ?? Number.NaN, 5));
    },
  );

  test('the stacks of an enhanced object are volumes in the order of their positions', async () => {
    const series = await readDicomSeries([bytesOf(oracle.enhanced.file)]);
    const found = series.map(({ volume, reference }) => ({
      frames: reference.slices.map(({ frame }) => frame),
      values: [...volume.data],
      stepMm: volume.spacingMm[0],
    }));
    expect(found).toEqual(oracle.enhanced.stacks);
  });
});

import type { ImageWarning, Shape3, SpacingSource } from '../volume.js';
import { type Directory, numberOf, textOf } from './directory.js';
import { TAG } from './page.js';

/** Lines `key=value` that ImageJ leaves in the description, or undefined for files of others. */
export function imageJFields(where: string, directory: Directory): ReadonlyMap<string, string> | undefined {
  const description = textOf(where, directory, TAG.imageDescription);
  if (!description.startsWith('ImageJ=')) return undefined;
  return new Map(
    description.split(/\r?\n|\0/).flatMap((line): [string, string][] => {
      const equals = line.indexOf('=');
      return equals < 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1).trim()]];
    }),
  );
}

/** Millimetres in the units of ImageJ; its micro signs are escaped, or either of two letters. */
const IMAGEJ_MM: Readonly<Record<string, number>> = {
  mm: 1,
  millimeter: 1,
  cm: 10,
  inch: 25.4,
  um: 1e-3,
  micron: 1e-3,
  '\u00b5m': 1e-3,
  '\u03bcm': 1e-3,
  '\\u00B5m': 1e-3,
};

/** Pixels per inch that programs write when they know none: those of screens. */
const SCREEN_DPI = new Set([72, 96]);

/**
 * The size of a voxel: resolution tags (TIFF 6.0 section 8), and the depth that ImageJ notes.
 * A resolution of a screen says nothing of the patient, and is told in a warning.
 */
export function readSpacing(
  where: string,
  directory: Directory,
  imageJ: ReadonlyMap<string, string> | undefined,
  warnings: ImageWarning[],
): { spacingMm: Shape3; spacingSource: SpacingSource } {
  const x = numberOf(where, directory, TAG.xResolution) ?? 0;
  const y = numberOf(where, directory, TAG.yResolution) ?? 0;
  const unit = numberOf(where, directory, TAG.resolutionUnit) ?? 2;
  const unitMm = imageJ?.has('unit') ? (IMAGEJ_MM[imageJ.get('unit') ?? ''] ?? 0) : ({ 2: 25.4, 3: 10 }[unit] ?? 0);
  const depth = (imageJ && IMAGEJ_MM[imageJ.get('unit') ?? ''] && Number(imageJ.get('spacing'))) || 0;
  const depthMm = Math.abs(depth) * unitMm;
  const isScreen = imageJ === undefined && unit === 2 && x === y && SCREEN_DPI.has(x);
  if (isScreen) {
    warnings.push({
      code: 'screen-resolution',
      message: `${x} pixels per inch are those of a screen, not of the patient: a spacing of 1 mm is assumed.`,
    });
  }
  const [width, height] = [unitMm / x, unitMm / y];
  const isKnown = !isScreen && isLength(width) && isLength(height);
  const hasDepth = isLength(depthMm);
  return {
    spacingMm: [hasDepth ? depthMm : 1, isKnown ? height : 1, isKnown ? width : 1],
    spacingSource: { plane: isKnown ? 'header' : 'assumed', depth: hasDepth ? 'header' : 'assumed' },
  };
}

const isLength = (mm: number): boolean => Number.isFinite(mm) && mm > 0;

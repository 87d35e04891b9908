/** Depth, height and width of a volume. A radiograph has depth 1. */
export type Shape3 = readonly [number, number, number];

/**
 * Row-major 3x4 matrix from a voxel index (d, h, w, 1) to the position of its centre in the patient, in mm: x to the
 * patient's left, y to the back, z to the head (DICOM PS3.3 C.7.6.2.1.1, with the columns in the order of our arrays).
 */
export type Affine = readonly number[];

/** Where a spacing comes from: the file said it, or 1 mm was assumed because it did not. */
export interface SpacingSource {
  /**
   * `PixelSpacing` is in the patient; `ImagerPixelSpacing` is at the detector, where a body looks larger than it is;
   * `NominalScannedPixelSpacing` is on the film; `header` is the grid of NIfTI, NRRD, MetaImage or TIFF.
   */
  plane: 'PixelSpacing' | 'ImagerPixelSpacing' | 'NominalScannedPixelSpacing' | 'header' | 'assumed';
  /** `positions` is the distance of the slices of a series. */
  depth: 'positions' | 'SpacingBetweenSlices' | 'SliceThickness' | 'header' | 'assumed';
}

/** Something that a reader found and went on from, such as `missing-slices`; never a value of the patient. */
export interface ImageWarning {
  /** For programs: kebab-case, one for each kind. */
  code: string;
  /** For people: what was found, where, and what was done about it. */
  message: string;
}

/** An image with one value per voxel, whatever the file held. */
export interface Volume {
  /**
   * Voxels in the order depth, height, width. CT in Hounsfield units; everything else in the units of the file, larger
   * meaning brighter on a screen, so that bone is bright on a radiograph.
   */
  data: Float32Array;
  shape: Shape3;
  /** Size of a voxel along depth, height and width; 1 where `spacingSource` says `assumed`. */
  spacingMm: Shape3;
  spacingSource: SpacingSource;
  /** DICOM modality: `CT`, `CR`, `DX`, `MR`. */
  modality: string;
  /** `HU` for CT with Hounsfield units; `none` where the numbers have no unit that is known. */
  unit: 'HU' | 'none';
  /** Smallest and largest value that the file could have stored, in the units of `data`. */
  storableRange: readonly [number, number];
  /** Only when the file has a position and an orientation, or its format says what to assume without them (NIfTI, with a warning). */
  affine?: Affine;
  /** Where the rows and the columns run to in the patient, as letters of DICOM (0020,0020): `['L', 'F']`. */
  patientOrientation?: readonly [string, string];
  /** How the file proposes to show its values, in the units of `data`; nothing of it is applied. */
  voi?: { windows: readonly VoiWindow[]; tables: readonly VoiTable[] };
  source: ImageSource;
  /** What was odd about the file and how it was read all the same; empty for most. */
  warnings: readonly ImageWarning[];
}

/** A window of DICOM (PS3.3 C.11.2.1.2). */
export interface VoiWindow {
  center: number;
  width: number;
  shape: 'linear' | 'linear-exact' | 'sigmoid';
}

/** A table of DICOM (PS3.3 C.11.2.1.1) from values, counted from `first`, to brightness from 0 to `max`. */
export interface VoiTable {
  first: number;
  values: Float32Array;
  max: number;
}

/** How the file stored the image, for those who ask; nothing in it needs to be applied to `data` again. */
export interface ImageSource {
  format: 'dicom' | 'nifti' | 'nrrd' | 'metaimage' | 'tiff' | 'png' | 'jpeg';
  /** DICOM photometric interpretation, or `MONOCHROME2` and `RGB` for other formats. */
  photometric: string;
  /** DICOM only. */
  transferSyntax?: string;
}

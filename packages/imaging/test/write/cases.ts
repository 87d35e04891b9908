import type { DicomReference, DicomSlice } from '../../src/dicom/reference.js';
import { type Attributes, writeDicomFile } from '../../src/write/attributes.js';
import type { DicomInput } from '../../src/write/context.js';
import type { Grid, Region, Results } from '../../src/write/results.js';
import { uidFrom } from '../../src/write/uid.js';
import type { Shape3 } from '../../src/volume.js';

type Vector = readonly [number, number, number];

/** A source of images with results for it, made up. */
export interface Case extends DicomInput {
  /** Every file of the series. */
  files: Uint8Array[];
  createdAt: Date;
}

const PATIENT: Attributes = {
  PatientName: 'Müller^Jürgen=山田^太郎',
  PatientID: 'TEST-1',
  PatientBirthDate: '19700101',
  PatientSex: 'O',
  StudyDate: '20240102',
  StudyTime: '030405',
  ReferringPhysicianName: 'Nobody^N',
  StudyID: 'S1',
  AccessionNumber: 'A1',
  StudyDescription: 'Made up',
};

const anatomy = { scheme: 'SCT', value: '123037004', meaning: 'Anatomical Structure' };
const abnormal = { scheme: 'SCT', value: '49755003', meaning: 'Morphologically Abnormal Structure' };
export const lung = { scheme: 'SCT', value: '39607008', meaning: 'Lung' };
export const nodule = { scheme: 'SCT', value: '27925004', meaning: 'Nodule' };
export const heart = { scheme: 'SCT', value: '80891009', meaning: 'Heart' };

export const maskRegion = (mask: Uint8Array, label = 'left lung'): Region => ({
  kind: 'mask',
  label,
  code: lung,
  category: anatomy,
  side: 'left',
  phrase: 'the left lung',
  mask,
});

/** A box of voxels that is filled. */
export function filled(shape: Shape3, [d0, h0, w0, d1, h1, w1]: readonly number[]): Uint8Array {
  const mask = new Uint8Array(shape[0] * shape[1] * shape[2]);
  for (let d = d0 as number; d < (d1 as number); d++)
    for (let h = h0 as number; h < (h1 as number); h++)
      mask.fill(1, (d * shape[1] + h) * shape[2] + (w0 as number), (d * shape[1] + h) * shape[2] + (w1 as number));
  return mask;
}

/** Two masks that overlap, one that is empty, two boxes and a finding that was not found. */
export function resultsOf(shape: Shape3): Results {
  const [d, h, w] = shape;
  const last = Math.max(1, d - 1);
  return {
    regions: [
      maskRegion(filled(shape, [0, 1, 1, last, h - 2, w - 3])),
      { ...maskRegion(new Uint8Array(d * h * w), 'spleen'), side: 'bilateral' } as Region,
      {
        ...maskRegion(filled(shape, [0, 2, 3, last, h - 1, w - 1]), 'heart'),
        code: heart,
        anatomicRegion: { scheme: 'SCT', value: '51185008', meaning: 'Chest' },
      } as Region,
      {
        kind: 'boxes',
        label: 'nodule',
        code: nodule,
        category: abnormal,
        anatomicRegion: lung,
        side: 'right',
        phrase: 'two nodules',
        boxes: [{ corners: [0, 1, 2, Math.min(d, 2), 4, 5.5], score: 0.875 }, { corners: [d - 1, 3, 1, d, 5, 4] }],
      },
      {
        kind: 'boxes',
        label: 'effusion',
        code: { scheme: 'SCT', value: '60046008', meaning: 'Pleural effusion' },
        category: abnormal,
        boxes: [],
      },
    ],
    report: 'Zwei Rundherde rechts – größer als 5 mm.\n\nKein Erguss \\ keine Stauung. 肺',
    algorithm: { name: 'VividMed tiny', version: '0.1.0' },
  };
}

interface SeriesOptions {
  shape: Shape3;
  spacingMm?: Vector;
  /** Directions of rows and of columns. */
  orientation?: DicomSlice['orientation'];
  /** From one slice to the next; along the normal unless given. */
  step?: Vector;
  seed?: string;
}

/** A CT series of one file for each slice. */
export function ctCase(options: SeriesOptions, results = resultsOf(options.shape)): Case {
  const { shape, spacingMm = [2.5, 0.7, 0.8], orientation = [1, 0, 0, 0, 1, 0], seed = 'ct' } = options;
  const [rx, ry, rz, cx, cy, cz] = orientation;
  const normal = [ry * cz - rz * cy, rz * cx - rx * cz, rx * cy - ry * cx] as const;
  const { step = normal.map((n) => n * spacingMm[0]) as unknown as Vector } = options; // three in, three out
  const first: Vector = [-100.5, -80.25, 12.125];
  const study = uidFrom(seed, 'study');
  const series = uidFrom(seed, 'series');
  const frame = uidFrom(seed, 'frame');
  const slices = Array.from({ length: shape[0] }, (_, d) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: uidFrom(seed, 'instance', String(d)),
    frame: 1,
    numFrames: 1,
    position: first.map((p, axis) => Number((p + d * (step[axis] as number)).toFixed(6))) as unknown as Vector, // same
    orientation,
  }));
  const files = slices.map((slice, d) =>
    writeDicomFile({
      ...PATIENT,
      ...image(shape),
      SOPClassUID: slice.sopClassUid,
      SOPInstanceUID: slice.sopInstanceUid,
      StudyInstanceUID: study,
      SeriesInstanceUID: series,
      SeriesNumber: 1,
      InstanceNumber: d + 1,
      FrameOfReferenceUID: frame,
      PositionReferenceIndicator: '',
      Modality: 'CT',
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      ImagePositionPatient: slice.position,
      ImageOrientationPatient: orientation,
      PixelSpacing: [spacingMm[1], spacingMm[2]],
      SliceThickness: spacingMm[0],
      KVP: 120,
      AcquisitionNumber: 1,
      Manufacturer: '',
      RescaleIntercept: -1024,
      RescaleSlope: 1,
      RescaleType: 'HU',
    }),
  );
  const affine = [0, 1, 2].flatMap((axis) => [
    step[axis] as number,
    (orientation[axis + 3] as number) * spacingMm[1],
    (orientation[axis] as number) * spacingMm[2],
    first[axis] as number,
  ]);
  const reference: DicomReference = {
    studyInstanceUid: study,
    seriesInstanceUid: series,
    frameOfReferenceUid: frame,
    rows: shape[1],
    columns: shape[2],
    slices,
  };
  return caseOf(files, reference, { shape, spacingMm, affine }, results);
}

/** A radiograph: no position, no frame of reference. */
export function radiographCase(shape: Shape3, results = resultsOf(shape), seed = 'cr'): Case {
  const sopClassUid = '1.2.840.10008.5.1.4.1.1.1';
  const sopInstanceUid = uidFrom(seed, 'instance');
  const reference: DicomReference = {
    studyInstanceUid: uidFrom(seed, 'study'),
    seriesInstanceUid: uidFrom(seed, 'series'),
    rows: shape[1],
    columns: shape[2],
    slices: [{ sopClassUid, sopInstanceUid, frame: 1, numFrames: 1 }],
  };
  const file = writeDicomFile({
    ...PATIENT,
    ...image(shape),
    SOPClassUID: sopClassUid,
    SOPInstanceUID: sopInstanceUid,
    StudyInstanceUID: reference.studyInstanceUid,
    SeriesInstanceUID: reference.seriesInstanceUid,
    SeriesNumber: 1,
    InstanceNumber: 1,
    Modality: 'CR',
    BodyPartExamined: 'CHEST',
    ViewPosition: 'PA',
    PatientOrientation: ['L', 'F'],
    ImagerPixelSpacing: [0.2, 0.2],
    Manufacturer: '',
    LossyImageCompression: '01',
    LossyImageCompressionRatio: 10,
    LossyImageCompressionMethod: 'ISO_10918_1',
  });
  return caseOf([file], reference, { shape, spacingMm: [1, 0.2, 0.2] }, results);
}

/** Frames of one file in the order that they are stored in. */
export function multiFrameCase(shape: Shape3): Case {
  const series = ctCase({ shape, seed: 'enhanced' });
  const sopClassUid = '1.2.840.10008.5.1.4.1.1.2.1';
  const sopInstanceUid = uidFrom('enhanced', 'instance');
  const slices = series.reference.slices.map((slice, d) => ({
    ...slice,
    sopClassUid,
    sopInstanceUid,
    frame: d + 1,
    numFrames: shape[0],
  }));
  return { ...series, reference: { ...series.reference, slices } };
}

const image = ([, Rows, Columns]: Shape3): Attributes => ({
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows,
  Columns,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
  PixelData: new Uint8Array(2 * Rows * Columns),
});

const caseOf = (files: Uint8Array[], reference: DicomReference, grid: Grid, results: Results): Case => ({
  files,
  reference,
  grid,
  results,
  sourceFile: files[0] as Uint8Array,
  createdAt: new Date(2025, 0, 2, 3, 4, 5),
});

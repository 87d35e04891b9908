/** One slice of a volume: the frame of the instance that shows it. */
export interface DicomSlice {
  sopClassUid: string;
  sopInstanceUid: string;
  /** Number of the frame in its instance, from 1. */
  frame: number;
  /** Frames of the instance, of which other volumes may hold some. */
  numFrames: number;
  /** Centre of the first pixel in the patient, mm LPS (0020,0032); absent when the file does not say it. */
  position?: readonly [number, number, number];
  /** Direction cosines along a row, then down a column (0020,0037); absent when the file does not say it. */
  orientation?: readonly [number, number, number, number, number, number];
}

/**
 * Where a volume came from, as objects that are derived from it need it: UIDs and geometry, nothing about the patient
 * or the study. A UID that is absent in the files is an empty text.
 */
export interface DicomReference {
  studyInstanceUid: string;
  seriesInstanceUid: string;
  /** Absent for most radiographs, which have no position in the patient. */
  frameOfReferenceUid?: string;
  rows: number;
  columns: number;
  /** One for each slice, in the order of the depth of the volume. */
  slices: readonly DicomSlice[];
}

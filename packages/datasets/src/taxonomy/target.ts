/** Side of the patient. Left is on the right of an image. */
export type Side = 'left' | 'right';

/** How a target is shown: anatomy as one mask, abnormalities as one box per instance (paper 3.1). */
export type TargetKind = 'mask' | 'boxes';

/** A concept of SNOMED CT; its coding scheme designator in DICOM is `SCT`. */
export interface Code {
  value: string;
  meaning: string;
}

/** What sort of thing a target is: the property category of a DICOM segment (CID 7150). */
export type Category = 'structure' | 'abnormality' | 'object' | 'substance';

/** A structure or an abnormality that a phrase can point at. */
export interface Target {
  name: string;
  kind: TargetKind;
  category: Category;
  /** True for abnormalities that occur on a side, so that "left" and "right" may qualify them. */
  sided: boolean;
  /** The side of a structure that both sides have one of. */
  side?: Side;
  /** The targets of each side, where this is both together: `kidneys` has `left kidney` and `right kidney`. */
  sides?: Readonly<Record<Side, string>>;
  /** The side that a structure without a twin lies on: a mirrored patient would have it on the other. */
  lies?: Side;
  /** Targets that this is a part of, or a kind of. */
  parents: readonly string[];
  /** Other names, in lower case; singular and plural forms are both listed. */
  synonyms: readonly string[];
  /** Left out where no code could be checked against a dictionary of DICOM. The side is not in it: see `sideCodes`. */
  code?: Code;
  /** Where an abnormality is: the anatomic region of a DICOM segment. */
  region?: Code;
}

/** Property categories of DICOM segments (PS3.16 CID 7150). */
export const categoryCodes: Readonly<Record<Category, Code>> = {
  structure: { value: '123037004', meaning: 'Anatomical Structure' },
  abnormality: { value: '49755003', meaning: 'Morphologically Abnormal Structure' },
  object: { value: '260787004', meaning: 'Physical object' },
  substance: { value: '91720002', meaning: 'Body Substance' },
};

/** Modifiers that say the side of a code (PS3.16 CID 244). */
export const sideCodes: Readonly<Record<Side, Code>> = {
  left: { value: '7771000', meaning: 'Left' },
  right: { value: '24028007', meaning: 'Right' },
};

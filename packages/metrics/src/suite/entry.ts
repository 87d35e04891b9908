import type { Definition } from './definition.js';
import type { Profile } from './result.js';

/** What every sample to score has. */
export interface ScoredPair {
  /** Unique among the samples. */
  id: string;
  /** Of DICOM: CT, CR, DX, MR. Metrics that are made for some modalities refuse the others, and samples without one. */
  modality?: string;
  /** Samples of one patient are not independent: intervals then draw patients. */
  patient?: string;
}

/** One metric of a catalogue. */
export interface MetricEntry<P> {
  name: string;
  label: string;
  better: 'higher' | 'lower';
  unit?: string;
  /** Modalities that the metric is made for; all when left out. */
  modalities?: readonly string[];
  /** A metric of one profile alone is left out under the other. */
  definitions: Readonly<Partial<Record<Profile, Definition<P>>>>;
}

/** Radiographs, whatever made them. */
export const radiographs: readonly string[] = ['CR', 'DX', 'RG'];

/** One definition for both profiles. */
export const inBoth = <P>(definition: Definition<P>): MetricEntry<P>['definitions'] => ({
  reference: definition,
  paper: definition,
});

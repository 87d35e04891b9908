import type { Attributes } from './attributes.js';
import { codeItem } from './codes.js';
import type { Code } from './results.js';

type Relationship = 'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD' | 'HAS PROPERTIES' | 'SELECTED FROM';

/** An item of the content tree of a structured report (PS3.3 C.17.3). */
const item = (
  relationship: Relationship,
  type: string,
  concept: Code | undefined,
  value: Attributes,
  children: readonly Attributes[] = [],
): Attributes => ({
  RelationshipType: relationship,
  ValueType: type,
  ...(concept === undefined ? {} : { ConceptNameCodeSequence: [codeItem(concept)] }),
  ...value,
  ...(children.length === 0 ? {} : { ContentSequence: children }),
});

/** The value of a container; `template` is its number in PS3.16. */
export const containerValue = (template?: number): Attributes => ({
  ContinuityOfContent: 'SEPARATE',
  ...(template === undefined
    ? {}
    : { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: String(template) }] }),
});

export const container = (concept: Code, children: readonly Attributes[], template?: number): Attributes =>
  item('CONTAINS', 'CONTAINER', concept, containerValue(template), children);

export const code = (
  relationship: Relationship,
  concept: Code,
  value: Code,
  children: readonly Attributes[] = [],
): Attributes => item(relationship, 'CODE', concept, { ConceptCodeSequence: [codeItem(value)] }, children);

export const text = (relationship: Relationship, concept: Code, value: string): Attributes =>
  item(relationship, 'TEXT', concept, { TextValue: value });

export const uidReference = (relationship: Relationship, concept: Code, uid: string): Attributes =>
  item(relationship, 'UIDREF', concept, { UID: uid });

export const number = (concept: Code, value: number, unit: Code): Attributes =>
  item('CONTAINS', 'NUM', concept, {
    MeasuredValueSequence: [{ NumericValue: value, MeasurementUnitsCodeSequence: [codeItem(unit)] }],
  });

/** A reference to an image, a frame or a segment of it. */
export const image = (relationship: Relationship, concept: Code | undefined, reference: Attributes): Attributes =>
  item(relationship, 'IMAGE', concept, { ReferencedSOPSequence: [reference] });

/** A closed line in an image; columns and rows with 0, 0 at the corner of the first pixel (PS3.3 C.18.6.1.2). */
export const polyline = (concept: Code, points: readonly number[], reference: Attributes): Attributes =>
  item('CONTAINS', 'SCOORD', concept, { GraphicType: 'POLYLINE', GraphicData: points }, [
    image('SELECTED FROM', undefined, reference),
  ]);

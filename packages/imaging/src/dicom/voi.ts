import type { DataSet } from 'dicom-parser';
import type { Volume, VoiWindow } from '../volume.js';
import { decimal, text } from './dataset.js';
import { type FrameGroups, MACRO } from './functional-groups.js';
import { readLookupTable, tableItems } from './lookup-table.js';
import type { ValueScale } from './values.js';

/** More proposals than any scanner writes; each costs memory in every frame of a damaged file. */
const MAX_PROPOSALS = 16;

const SHAPES = { LINEAR: 'linear', LINEAR_EXACT: 'linear-exact', SIGMOID: 'sigmoid' } as const;

/** Windows and tables of a frame, in the units of the volume: turned where the values of MONOCHROME1 are. */
export function readVoi(dataSet: DataSet, groups: FrameGroups, scale: ValueScale): Volume['voi'] {
  const source = groups.macro(MACRO.voi);
  const said = text(source, 'x00281056');
  const shape = said === 'LINEAR_EXACT' || said === 'SIGMOID' ? SHAPES[said] : SHAPES.LINEAR;
  const [low, high] = scale.range;
  const windows: VoiWindow[] = [];
  for (let i = 0; i < MAX_PROPOSALS; i++) {
    const [center, width] = [decimal(source, 'x00281050', i), decimal(source, 'x00281051', i)];
    if (center === undefined || width === undefined || width <= 0) break;
    // LINEAR is centred half a step below its centre, so turning moves it by a whole one.
    const turned = low + high - center + (shape === 'linear' ? 1 : 0);
    windows.push({ center: scale.isInverted ? turned : center, width, shape });
  }
  const isSigned = low < 0;
  const tables = tableItems(dataSet, 'x00283010')
    .slice(0, MAX_PROPOSALS)
    .map((item) => readLookupTable(item, ['x00283002', 'x00283006'], isSigned))
    .map(({ first, values, max }) =>
      scale.isInverted
        ? {
            first: low + high - (first + values.length - 1),
            // Their smallest number is white, so turned values and turned brightness go together.
            values: values.map((value) => max - value).toReversed(),
            max,
          }
        : { first, values, max },
    );
  return windows.length + tables.length === 0 ? undefined : { windows, tables };
}

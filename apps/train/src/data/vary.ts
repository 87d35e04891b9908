import { check, type Rng } from '@vividmed/core';
import {
  compose,
  type Label,
  renderLabelMap,
  type Study,
  tissuesOf,
  type Transform,
  varyIntensity,
  varyPlace,
  varyPose,
  varySides,
} from '@vividmed/datasets';
import { modelImage } from '@vividmed/vlm';
import type { DataSource, Rendering, Variation } from '../source-config.js';
import { preparedVolume } from '@vividmed/inference';
import type { KeptStudy, PreparedStudy } from './prepared-study.js';

/** Mirrors along the axis from side to side, where it is known. */
const acrossSides: Transform = (study, rng) =>
  study.leftRightAxis === undefined ? study : varySides(study.leftRightAxis)(study, rng);

/** The transforms that a config names, one after the other. */
export function transformOf({ varySides: sides, varyPose: pose, varyPlace: place, varyIntensity: look }: Variation) {
  return compose(
    ...(sides ? [acrossSides] : []),
    ...(pose ? [varyPose(pose)] : []),
    ...(place === undefined ? [] : [varyPlace(place)]),
    ...(look ? [varyIntensity(look)] : []),
  );
}

/** An image from the label map of a study, through the window that an MR image is read by. */
function render(
  study: Study,
  { grid, plan }: NonNullable<KeptStudy['labels']>,
  tissues: ReadonlyMap<number, number>,
  limits: Rendering,
  rng: Rng,
): Study {
  const image = renderLabelMap(grid, rng, { ...limits, tissues });
  const data = modelImage(preparedVolume(image), plan);
  return { ...study, volume: { ...study.volume, data, modality: image.modality } };
}

/** What a source asks to be drawn anew for each draw of a study, from a stream of the draw; `undefined` where there is nothing. */
export type Draw = (kept: KeptStudy, rng: Rng) => PreparedStudy;

/**
 * How the studies of a source become those of a step: label maps are rendered, and transforms drawn.
 *
 * @throws {VividMedError} `config`, from the draw, for label maps that are not to be rendered, and images that are
 */
export function drawOf({ render: limits, transforms }: DataSource, labels: readonly Label[]): Draw {
  const tissues = tissuesOf(labels);
  const transform = transforms && transformOf(transforms);
  return ({ study, plan, labels: map }, rng) => {
    const { modality } = study.volume;
    check(
      (map !== undefined) === (limits !== undefined),
      'config',
      map
        ? 'expected a source with "render", since its studies are label maps, found one without.'
        : `expected label maps to render, found an image of modality ${modality}.`,
      map ? 'With "render": {} images are drawn from them.' : 'Leave "render" out for data sets with images.',
    );
    const shown = map && limits ? render(study, map, tissues, limits, rng.fork('render')) : study;
    return { study: transform ? transform(shown, rng.fork('transforms')) : shown, plan };
  };
}

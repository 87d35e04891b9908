import { type Build, cageAt, rounded } from './build.js';
import type { Field } from './field.js';
import type { Raster } from './raster.js';

const fatHu = -98;

/** Half width, half depth and middle (y) of the skin at a level: trunk, shoulders, neck. */
function skinAt(build: Build, z: number, armsDown: boolean): [number, number, number] {
  const { apex, halfWidth, halfDepth, wall, fat } = build;
  const trunk = halfWidth + wall - 6 * Math.min(1, Math.max(0, -(z + 40) / 120));
  const [axilla, shoulder, neck] = [apex - 115, apex + 2, apex + 78];
  const reach = armsDown ? halfWidth + 64 : halfWidth + 56;
  const deep = halfDepth + 16 + fat * 0.8;
  if (z <= axilla) return [trunk, deep, -2];
  if (z <= shoulder) {
    const t = (z - axilla) / (shoulder - axilla);
    const rise = t * t * (3 - 2 * t);
    return [trunk + (reach - trunk) * rise, deep - 14 * rise, -2 + 12 * rise];
  }
  if (z >= neck) return [56, 58, 10];
  const t = (neck - z) / (neck - shoulder);
  const slope = t ** 1.5;
  return [56 + (reach - 56) * slope, 58 + (deep - 72) * t, 10];
}

/**
 * Fills the raster with the trunk: fat under the skin, muscle with seams of fat, and soft tissue inside the rib cage. One pass,
 * since it touches every voxel.
 */
export function drawTrunk(raster: Raster, build: Build, field: Field, armsDown: boolean): void {
  const { grid, hu } = raster;
  const [depth, height, width] = grid.shape;
  const [oz, oy, ox] = grid.origin;
  const [sz, sy, sx] = grid.step;
  const edge = Math.min(Math.abs(sz), Math.abs(sy), Math.abs(sx));
  for (let d = 0; d < depth; d++) {
    const z = oz + (d + 0.5) * sz;
    const [skinX, skinY, skinMiddle] = skinAt(build, z, armsDown);
    const [cageX, cageY, cageMiddle] = cageAt(build, z);
    const skinScale = Math.min(skinX, skinY);
    const cageScale = Math.min(cageX, cageY);
    // Below the ribs the same ring is the wall of the belly.
    const caged = z < build.apex;
    for (let h = 0; h < height; h++) {
      const y = oy + (h + 0.5) * sy;
      const v = (y - skinMiddle) / skinY;
      if (Math.abs(v) > 1.1) continue;
      const cageV = (y - cageMiddle) / cageY;
      const row = (d * height + h) * width;
      for (let w = 0; w < width; w++) {
        const x = ox + (w + 0.5) * sx;
        const skin = rounded(x / skinX, v, 1.5) * skinScale;
        const covered = 0.5 - skin / edge;
        if (covered <= 0) continue;
        let tissue = fatHu;
        if (skin < -build.fat) {
          const inside = caged ? rounded(x / cageX, cageV, 1.6) * cageScale : 1;
          if (inside < 0) tissue = 30;
          else {
            const seam = field(x / 17, y / 11, z / 31);
            tissue = seam > 0.38 ? -60 : 52;
            const deep = (-build.fat - skin) / edge;
            if (deep < 1) tissue = fatHu + (tissue - fatHu) * deep;
          }
        }
        hu[row + w] = covered < 1 ? -1000 + (tissue + 1000) * covered : tissue;
      }
    }
  }
}

import { type Build, cageAt } from './build.js';
import { chain, type Point, type Rod } from './shapes.js';

/** Sideways bend of the spine at a level. */
const bendAt = (build: Build, z: number): number => build.bend * Math.sin((z + 200) / 110);

/** The column of vertebral bodies and discs, the denser bodies, and the arches behind the canal. */
export function spine(build: Build): { column: Rod[]; bodies: Rod[]; arches: Rod[] } {
  const points: Point[] = [];
  for (let z = -280; z <= 300; z += 29) points.push([bendAt(build, z), 64 - (z > 120 ? (z - 120) * 0.2 : 0), z]);
  const bodies: Rod[] = [];
  const arches: Rod[] = [];
  for (let z = -268; z < 300; z += 23) {
    const x = bendAt(build, z);
    const y = 64 - (z > 120 ? (z - 120) * 0.2 : 0);
    const wide = z > build.apex ? 3 : 6;
    bodies.push(
      ...chain(
        [
          [x - wide, y, z],
          [x + wide, y, z],
        ],
        10.5,
      ),
    );
    for (const sign of [-1, 1]) {
      arches.push(
        ...chain(
          [
            [x + sign * 11, y + 12, z + 3],
            [x + sign * 13, y + 22, z + 3],
            [x + sign * 29, y + 25, z + 5],
          ],
          [4.5, 4.5, 4],
        ),
        ...chain(
          [
            [x + sign * 13, y + 22, z + 2],
            [x, y + 29, z - 3],
          ],
          3,
        ),
      );
    }
    arches.push(
      ...chain(
        [
          [x, y + 29, z - 3],
          [x, y + 45, z - 17],
        ],
        [3, 3.5],
      ),
    );
  }
  return { column: chain(points, 15.5), bodies, arches };
}

/** Share of half a turn at which each rib ends in cartilage, and its fall relative to `ribDrop`. */
const ribEnds = [0.8, 0.8, 0.79, 0.78, 0.76, 0.74, 0.71, 0.67, 0.62, 0.55, 0.38, 0.3];
const ribFalls = [0.38, 0.6, 0.78, 0.9, 0.98, 1.02, 1.04, 1.04, 1.02, 1, 0.9, 0.8];

/** Twelve pairs of ribs: from the spine out and down around the cage. */
export function ribs(build: Build): Rod[] {
  const gap = (build.apex + 118) / 12;
  return [-1, 1].flatMap((sign) =>
    ribEnds.flatMap((end, i) => {
      const head = build.apex - 8 - i * gap;
      const points: Point[] = [[sign * 16, 74, head - 2]];
      const steps = 12;
      for (let k = 0; k <= steps; k++) {
        const angle = (0.13 + (end - 0.13) * (k / steps)) * Math.PI;
        const z = head + 8 * Math.sin(angle) - build.ribDrop * (ribFalls[i] as number) * (1 - Math.cos(angle)) * 0.5;
        const [a, b, c] = cageAt(build, Math.min(z, build.apex - 12));
        // The cage is boxier than an ellipse.
        const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
        const box = (sin ** 4 + cos ** 4 + 1.7 * sin * sin * cos * cos) ** -0.25;
        points.push([sign * (a * box + 2.5) * sin, c + (b * box + 2.5) * cos, z]);
      }
      const radius = i === 0 || i > 9 ? 4.6 : 5.4;
      return chain(
        points,
        points.map((_, k) => radius * (k < 2 ? 0.8 : 1)),
      );
    }),
  );
}

/** Breastbone; the cartilage of the ribs is as soft as muscle and not drawn. */
export const sternum = (build: Build): Rod[] => {
  const y = (z: number): number => {
    const [, b, c] = cageAt(build, z);
    return c - b + 1;
  };
  return [-9, 0, 9].flatMap((x) =>
    chain(
      [build.apex - 52, build.apex - 90, build.apex - 140, build.apex - 185].map((z): Point => [x, y(z), z]),
      5.5,
    ),
  );
};

export const clavicles = (build: Build): Rod[] =>
  [-1, 1].flatMap((sign) => {
    const { apex, halfWidth } = build;
    const front = (z: number): number => {
      const [, b, c] = cageAt(build, z);
      return c - b;
    };
    return chain(
      [
        [sign * 17, front(apex - 52) - 1, apex - 47],
        [sign * 42, front(apex - 45) - 6, apex - 40],
        [sign * 78, front(apex - 60) - 4, apex - 32],
        [sign * 112, -22, apex - 22],
        [sign * (halfWidth + 14), 2, apex - 14],
        [sign * (halfWidth + 28), 8, apex - 15],
      ],
      [7, 5.6, 5, 5, 5.4, 5],
    );
  });

/** Shoulder blades with their spines, and, with the arms down, the bones of the upper arms. */
export function shoulders(build: Build, armsDown: boolean): Rod[] {
  const { apex, halfWidth, halfDepth } = build;
  return [-1, 1].flatMap((sign) => {
    const socket: Point = [sign * (halfWidth + 26), 18, apex - 42];
    const tip: Point = [sign * (halfWidth + 2), halfDepth - 6, apex - 168];
    const corner: Point = [sign * (halfWidth - 40), halfDepth - 4, apex - 52];
    const blade = [0.15, 0.4, 0.65, 0.9].flatMap((t) => {
      const mix = (a: Point, b: Point): Point => [
        a[0] + (b[0] - a[0]) * t,
        a[1] + (b[1] - a[1]) * t,
        a[2] + (b[2] - a[2]) * t,
      ];
      return chain([mix(corner, tip), mix(socket, tip)], 1.8);
    });
    const bones = [
      ...chain([socket, tip], [6, 4]),
      ...chain([corner, tip], 2.4),
      ...chain([corner, [sign * (halfWidth + 34), 24, apex - 12], [sign * (halfWidth + 42), 6, apex - 14]], [3, 5, 5]),
      ...chain([socket, [sign * (halfWidth + 16), -8, apex - 30]], [6, 4]),
      ...blade,
    ];
    if (!armsDown) return bones;
    const head: Point = [sign * (halfWidth + 44), 10, apex - 44];
    return [
      ...bones,
      ...chain([head, [head[0] + sign * 2, 10, head[2] - 8]], 20),
      ...chain(
        [
          [head[0] + sign * 5, 10, head[2] - 20],
          [head[0] + sign * 34, 8, head[2] - 190],
        ],
        [13, 10],
      ),
    ];
  });
}

/** Flesh of the upper arms. */
export const arms = (build: Build): Rod[] =>
  [-1, 1].flatMap((sign) =>
    chain(
      [
        [sign * (build.halfWidth + 38), 8, build.apex - 50],
        [sign * (build.halfWidth + 80), 6, build.apex - 260],
      ],
      [38, 44],
    ),
  );

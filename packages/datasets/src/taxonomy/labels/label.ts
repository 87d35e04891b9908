/** A class of a data set, as its owners name it, and our target. */
export interface Label {
  name: string;
  /** The voxel value in label maps. */
  value?: number;
  /** Left out where the class is no target: "No finding", or a rest class that says nothing of what is there. */
  target?: string;
}

/** Classes whose values count from 1, or from `first`, in order. */
export const numbered = (rows: readonly (readonly [name: string, target: string])[], first = 1): Label[] =>
  rows.map(([name, target], i) => ({ name, value: first + i, target }));

/** Classes without values; `undefined` marks those that are no target. */
export const named = (rows: Readonly<Record<string, string | undefined>>): Label[] =>
  Object.entries(rows).map(([name, target]) => (target === undefined ? { name } : { name, target }));

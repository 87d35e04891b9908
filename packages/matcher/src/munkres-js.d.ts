declare module 'munkres-js' {
  /** Assignment of least total cost as [row, column] pairs. */
  export default function munkres(cost: number[][]): [number, number][];
}

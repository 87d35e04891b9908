/** One colour of the page in its three uses. */
export interface Colour {
  /** On images and on dark pages. */
  bright: string;
  /** On light pages: at least 4.5 to 1 against white. */
  ink: string;
}

/**
 * Colours in the order they are given out. Apart in normal sight and with protanopia, deuteranopia and tritanopia, which a
 * test simulates; numbers and dashes say the same without colour.
 */
export const palette: readonly Colour[] = [
  { bright: '#f5a400', ink: '#b35900' },
  { bright: '#62c8f5', ink: '#0072b2' },
  { bright: '#e86fb5', ink: '#a8437f' },
  { bright: '#00a878', ink: '#00795a' },
  { bright: '#f7ef8a', ink: '#857000' },
  { bright: '#e4572e', ink: '#c03a1b' },
  { bright: '#5468ff', ink: '#3b4ccb' },
];

/** The colour of the number-th thing of a case, counted from 1; `again` says how often the palette was used up before. */
export function colourOf(number: number): { colour: Colour; index: number; again: number } {
  const index = (number - 1) % palette.length;
  return { colour: palette[index] as Colour, index, again: Math.floor((number - 1) / palette.length) };
}

/** Dash pattern of contours, so that things of one colour still differ. */
export const dashOf = (number: number): string => ['none', '7 3', '2 3'][colourOf(number).again % 3] as string;

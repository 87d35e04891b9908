/** Rows and columns of a letter, without the gap to the next. */
export const LETTER_HEIGHT = 7;
const LETTER_WIDTH = 5;

/** Capitals, figures and signs, drawn for this file. */
const SHEETS: readonly (readonly [letters: string, rows: string])[] = [
  [
    'ABCDEFGHIJKLM',
    `
.###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...#
#...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.##
#...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.#
##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.#
#...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...#
#...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...#
#...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...#`,
  ],
  [
    'NOPQRSTUVWXYZ',
    `
#...# .###. ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# #####
##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....#
##..# #...# #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#.
#.#.# #...# ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#..
#..## #...# #.... #.#.# #.#.. ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#...
#..## #...# #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #....
#...# .###. #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. #####`,
  ],
  [
    '0123456789',
    `
.###. ..#.. .###. ##### ...#. ##### .###. ##### .###. .###.
#...# .##.. #...# ....# ..##. #.... #...# ....# #...# #...#
#..## ..#.. ....# ...#. .#.#. ####. #.... ...#. #...# #...#
#.#.# ..#.. ...#. ..##. #..#. ....# ####. ..#.. .###. .####
##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
#...# ..#.. .#... #...# ...#. #...# #...# .#... #...# #...#
.###. .###. ##### .###. ...#. .###. .###. .#... .###. .###.`,
  ],
  [
    '.,:;-+/%()=<>?!\'"&*_',
    `
..... ..... ..... ..... ..... ..... ....# ##..# ...#. .#... ..... ...#. .#... .###. ..#.. ..#.. .#.#. .##.. ..... .....
..... ..... ..... ..... ..... ..#.. ....# ##..# ..#.. ..#.. ..... ..#.. ..#.. #...# ..#.. ..#.. .#.#. #..#. #.#.# .....
..... ..... ..#.. ..#.. ..... ..#.. ...#. ...#. .#... ...#. ##### .#... ...#. ....# ..#.. ..... ..... #.#.. .###. .....
..... ..... ..... ..... ##### ##### ..#.. ..#.. .#... ...#. ..... #.... ....# ...#. ..#.. ..... ..... .#... ##### .....
..... ..... ..... ..... ..... ..#.. .#... .#... .#... ...#. ##### .#... ...#. ..#.. ..#.. ..... ..... #.#.# .###. .....
..... ..#.. ..#.. ..#.. ..... ..#.. #.... #..## ..#.. ..#.. ..... ..#.. ..#.. ..... ..... ..... ..... #..#. #.#.# .....
..#.. .#... ..... .#... ..... ..... #.... #..## ...#. .#... ..... ...#. .#... ..#.. ..#.. ..... ..... .##.# ..... #####`,
  ],
];

/** Which dots of each letter are set, row by row. */
const LETTERS: ReadonlyMap<string, readonly boolean[]> = new Map(
  SHEETS.flatMap(([letters, sheet]) => {
    const rows = sheet.trim().split('\n');
    return Array.from(letters, (letter, i): [string, boolean[]] => {
      const from = i * (LETTER_WIDTH + 1);
      return [letter, rows.flatMap((row) => Array.from(row.slice(from, from + LETTER_WIDTH), (dot) => dot === '#'))];
    });
  }),
);

/** The letters that are drawn for a text: capitals without accents, and `?` for what the font does not have. */
export const drawnText = (text: string): string =>
  Array.from(text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('\u00df', 'ss').toUpperCase(), (letter) =>
    letter === ' ' || LETTERS.has(letter) ? letter : '?',
  ).join('');

/** Width of a text in dots. */
export const textWidth = (text: string): number => Math.max(0, drawnText(text).length * (LETTER_WIDTH + 1) - 1);

/** Every dot of a text that is set, as row and column from its upper left corner. */
export function textDots(text: string): [row: number, column: number][] {
  return Array.from(drawnText(text)).flatMap((letter, i) =>
    (LETTERS.get(letter) ?? []).flatMap((isSet, at): [number, number][] =>
      isSet ? [[Math.floor(at / LETTER_WIDTH), i * (LETTER_WIDTH + 1) + (at % LETTER_WIDTH)]] : [],
    ),
  );
}

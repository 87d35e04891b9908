import { parquetWriteBuffer } from 'hyparquet-writer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFolder } from '../../src/tables/dataset-folder.js';
import { numberIn, numbersIn, textIn } from '../../src/tables/rows.js';
import { readTable } from '../../src/tables/table.js';
import { expectRefused, miniature, SECRET } from './miniature.js';

const columns = { needed: ['id', 'text'], wanted: ['other'] } as const;

test('CSV and Parquet of the same rows give the same cells', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é', '漢') });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), cell), { minLength: 1, maxLength: 5 }), async (rows) => {
      const quoted = rows.map(([id, text]) => `${id},"${text.replaceAll('"', '""')}"`);
      const csv = await openFolder('csv', await miniature({ 't.csv': `\uFEFFid,text\r\n${quoted.join('\r\n')}\r\n` }));
      const parquet = parquetWriteBuffer({
        columnData: [
          { name: 'id', data: rows.map(([id]) => id), type: 'INT32' },
          { name: 'text', data: rows.map(([, text]) => text), type: 'STRING' },
        ],
      });
      const packed = await openFolder('parquet', await miniature({ 't.parquet': new Uint8Array(parquet) }));
      const cellsOf = async (folder: typeof csv) =>
        (await readTable(folder, 't.csv', columns)).map(({ cells }) => cells);
      const expected = rows.map(([id, text]) => ({ id: String(id), text, other: '' }));
      expect(await cellsOf(csv)).toEqual(expected);
      expect(await cellsOf(packed)).toEqual(expected);
    }),
    { seed: 3, numRuns: 30 },
  );
});

test('a Parquet file that is damaged or lacks a column is refused', async () => {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'id', data: [SECRET], type: 'STRING' }] }));
  const folder = await openFolder(
    'set',
    await miniature({ 'a.parquet': bytes, 'b.parquet': bytes.subarray(0, -9), 'c.parquet': new Uint8Array(3) }),
  );
  await expectRefused(readTable(folder, 'a.csv', columns), 'set: a.parquet', 'expected the column "text"');
  for (const file of ['b', 'c'])
    await expectRefused(readTable(folder, `${file}.csv`, columns), `set: ${file}.parquet`, 'does not parse');
});

test('random bytes after a head are rows or an error that names the table', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const head = new TextEncoder().encode('id,text\n');
      const folder = await openFolder('set', await miniature({ 't.csv': new Uint8Array([...head, ...bytes]) }));
      await readTable(folder, 't.csv', columns).catch((error: Error) =>
        expect(error.message).toMatch(/^set: t\.csv: row \d+: expected/),
      );
    }),
    { seed: 4, numRuns: 60 },
  );
});

test('cells become texts and numbers, or an error with row and column', () => {
  const row = { where: 'set: t.csv: row 7', cells: { a: ' 1.5e1 ', b: "['0.7', 0.8]", c: ' ', d: `${SECRET}` } };
  expect([numberIn(row, 'a'), numbersIn(row, 'b', 2), textIn(row, 'a')]).toEqual([15, [0.7, 0.8], '1.5e1']);
  for (const read of [() => textIn(row, 'c'), () => numberIn(row, 'c'), () => numbersIn(row, 'c', 1)])
    expect(read).toThrow(/^set: t\.csv: row 7: .* in column "c"/);
  expect(() => numberIn(row, 'd')).toThrow('"d", found something else');
  expect(() => numbersIn(row, 'b', 3)).toThrow('expected 3 numbers in column "b", found 2');
});

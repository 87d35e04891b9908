import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { chaosCt, chaosMr, lidcIdri } from '../../src/node.js';
import { slice } from './dicom.js';
import { miniature, voxelsOf } from './label-files.js';
import { failure } from './reading.js';

describe('CHAOS', () => {
  const png = (values: Readonly<Record<number, number>>, width = 3): Uint8Array => {
    const data = new Uint8Array(2 * width);
    for (const [at, value] of Object.entries(values)) data[Number(at)] = value;
    return encode({ width, height: 2, data, channels: 1, depth: 8 });
  };
  // Every slice is of a series of its own, as in the set.
  const dicom = (n: number, z: number, modality: string): Uint8Array =>
    slice({ uid: `1.3.${n}`, series: `1.4.${n}`, z, modality, rows: 2, columns: 3, value: 100 + n });
  const ct = {
    '11/DICOM_anon/i0000,0000b.dcm': dicom(0, 30, 'CT'),
    '11/DICOM_anon/i0001,0000b.dcm': dicom(1, 27.5, 'CT'),
    '11/DICOM_anon/i0002,0000b.dcm': dicom(2, 25, 'CT'),
    '11/Ground/liver_GT_000.png': png({ 5: 255 }),
    '11/Ground/liver_GT_001.png': png({}),
    '11/Ground/liver_GT_002.png': png({ 0: 255, 1: 255 }),
  };

  test('CT: slices are sorted by position, and label images go with theirs by the order of names', async () => {
    const set = await chaosCt(await miniature(ct));
    expect(set.entries.map(({ id, patient, split }) => [id, patient, split])).toEqual([['11', '11', 'train']]);
    const { volume, masks, absent } = await set.read(set.entries[0]!);
    expect([volume.shape, volume.spacingMm, volume.modality]).toEqual([[3, 2, 3], [2.5, 1, 1], 'CT']);
    expect([volume.data[0], volume.data[6], volume.data[12]]).toEqual([102, 101, 100]);
    expect(volume.affine).toEqual([0, 0, 1, -10, 0, 1, 0, -20, 2.5, 0, 0, 25]);
    expect(voxelsOf(masks['liver'])).toEqual([0, 1, 17]);
    expect(absent).toEqual([]);
  });

  test('MR: three series of a patient, both echoes with the labels of the first', async () => {
    const mr = {
      '1/T1DUAL/DICOM_anon/InPhase/IMG-0004-00002.dcm': dicom(2, 0, 'MR'),
      '1/T1DUAL/DICOM_anon/InPhase/IMG-0004-00004.dcm': dicom(4, 5, 'MR'),
      '1/T1DUAL/DICOM_anon/OutPhase/IMG-0004-00001.dcm': dicom(1, 0, 'MR'),
      '1/T1DUAL/DICOM_anon/OutPhase/IMG-0004-00003.dcm': dicom(3, 5, 'MR'),
      '1/T1DUAL/Ground/IMG-0004-00002.png': png({ 1: 63 }),
      '1/T1DUAL/Ground/IMG-0004-00004.png': png({ 2: 252 }),
      '1/T2SPIR/DICOM_anon/IMG-0003-00001.dcm': dicom(5, 0, 'MR'),
      '1/T2SPIR/DICOM_anon/IMG-0003-00002.dcm': dicom(6, 5, 'MR'),
      '1/T2SPIR/Ground/IMG-0003-00001.png': png({ 0: 126 }),
      '1/T2SPIR/Ground/IMG-0003-00002.png': png({ 0: 189 }),
    };
    const set = await chaosMr(await miniature(mr));
    expect(set.entries.map(({ id }) => id)).toEqual(['1:T1DUAL-in', '1:T1DUAL-out', '1:T2SPIR']);
    const [, echo, spir] = await Promise.all(set.entries.map((entry) => set.read(entry)));
    expect([echo!.volume.data[0], echo!.volume.data[6]]).toEqual([101, 103]);
    expect([voxelsOf(echo!.masks['liver']), voxelsOf(echo!.masks['spleen']), echo!.absent]).toEqual([
      [1],
      [8],
      ['right kidney', 'left kidney'],
    ]);
    expect([voxelsOf(spir!.masks['right kidney']), voxelsOf(spir!.masks['left kidney'])]).toEqual([[0], [6]]);
  });

  test('a label image too few, of another size, with another grey, a missing slice and a damaged one', async () => {
    const { '11/Ground/liver_GT_001.png': _, ...without } = ct;
    expect(await failure(chaosCt(await miniature(without)))).toBe(
      'data chaos-ct: 11/Ground: expected a label image for each of 3 slices of 11/DICOM_anon, found 2.',
    );
    const read = async (change: Record<string, Uint8Array>) => {
      const set = await chaosCt(await miniature({ ...ct, ...change }));
      return failure(set.read(set.entries[0]!));
    };
    const map = '11/Ground/liver_GT_001.png';
    expect(await read({ [map]: png({}, 4) })).toBe(
      `data chaos-ct: ${map}: expected 2 x 3 pixels as the slices have, found 2 x 4.`,
    );
    expect(await read({ [map]: png({ 3: 63 }) })).toBe(
      'data chaos-ct: 11/Ground: expected the values of 1 classes, found 63.',
    );
    const dcm = '11/DICOM_anon/i0001,0000b.dcm';
    const uneven = await chaosCt(await miniature({ ...ct, [dcm]: dicom(1, 28.5, 'CT') }));
    expect((await uneven.read(uneven.entries[0]!)).volume).toMatchObject({
      spacingMm: [2.5, 1, 1],
      warnings: [{ code: 'uneven-spacing' }],
    });
    const few = (found: number): string =>
      `data chaos-ct: 11/DICOM_anon: expected 3 slices of one size at places of their own, found ${found}.`;
    const same = { [dcm]: dicom(1, 30, 'CT'), '11/DICOM_anon/i0002,0000b.dcm': dicom(2, 30, 'CT') };
    expect(await read(same)).toBe(few(1));
    expect(await read({ [dcm]: new Uint8Array(200) })).toMatch(`data chaos-ct: ${dcm}: `);
    expect(
      await read({ [dcm]: slice({ uid: '1', series: '1', z: 27.5, modality: 'CT', rows: 2, columns: 4, value: 0 }) }),
    ).toBe(few(2));
  });
});

describe('LIDC-IDRI', () => {
  const SERIES = '1.3.6.1.4.1.14519.5.2.1.6279.6001.179049373636438705059720603192';
  const folder = 'LIDC-IDRI-0001/1.2/3000566';
  const slices = Object.fromEntries(
    [30, 27.5, 25].map((z, n) => [
      `${folder}/1-00${n + 1}.dcm`,
      slice({ uid: `1.9.${n}`, series: SERIES, z, modality: 'CT', rows: 8, columns: 8, value: n }),
    ]),
  );
  type Point = readonly [number, number];
  const roi = (n: number, points: readonly Point[], inclusion = 'TRUE'): string =>
    `<roi><imageZposition>0</imageZposition><imageSOP_UID>1.9.${n}</imageSOP_UID><inclusion>${inclusion}</inclusion>
     ${points.map(([x, y]) => `<edgeMap><xCoord>${x}</xCoord><yCoord>${y}</yCoord></edgeMap>`).join('')}</roi>`;
  const nodule = (...rois: string[]): string =>
    `<unblindedReadNodule><noduleID>1</noduleID>${rois.join('')}</unblindedReadNodule>`;
  const reader = (
    ...nodules: string[]
  ): string => `<readingSession><servicingRadiologistID>anon</servicingRadiologistID>${nodules.join('')}
    <nonNodule><nonNoduleID>2</nonNoduleID><imageSOP_UID>1.9.0</imageSOP_UID><locus><xCoord>1</xCoord><yCoord>1</yCoord></locus></nonNodule></readingSession>`;
  const message = (...readers: string[]): string =>
    `<?xml version="1.0" encoding="UTF-8"?><LidcReadMessage xmlns="http://www.nih.gov"><ResponseHeader>
     <SeriesInstanceUid>${SERIES}</SeriesInstanceUid></ResponseHeader>${readers.join('')}</LidcReadMessage>`;
  /** The pixels around a rectangle, in order: what is inside is x0..x1, y0..y1. */
  const around = (x0: number, y0: number, x1: number, y1: number): Point[] => [
    ...Array.from({ length: x1 - x0 + 2 }, (_, i): Point => [x0 - 1 + i, y0 - 1]),
    ...Array.from({ length: y1 - y0 + 2 }, (_, i): Point => [x1 + 1, y0 - 1 + i]),
    ...Array.from({ length: x1 - x0 + 2 }, (_, i): Point => [x1 + 1 - i, y1 + 1]),
    ...Array.from({ length: y1 - y0 + 2 }, (_, i): Point => [x0 - 1, y1 + 1 - i]),
  ];
  const open = async (xml: string, options = {}) =>
    lidcIdri(await miniature({ ...slices, 'tcia-lidc-xml/157/158.xml': xml }), options);
  const read = async (xml: string, options = {}) => {
    const set = await open(xml, options);
    return set.read(set.entries[0]!);
  };
  const at = (d: number, h: number, w: number): number => (d * 8 + h) * 8 + w;

  test('readings apart go with the series they name; the outline is outside, and slices are found by their UID', async () => {
    const set = await open(message(reader(nodule(roi(0, around(2, 3, 4, 4))))));
    expect(set.entries.map(({ id, patient }) => [id, patient])).toEqual([[SERIES, 'LIDC-IDRI-0001']]);
    const study = await set.read(set.entries[0]!);
    expect([study.volume.shape, study.volume.data[0]]).toEqual([[3, 8, 8], 2]);
    // Slice 0 is the highest: the last in the order of positions.
    const row = (h: number): number[] => [2, 3, 4].map((w) => at(2, h, w));
    expect(voxelsOf(study.masks['nodule'])).toEqual([...row(3), ...row(4)]);
    expect(study.boxes['nodule']).toEqual([[2, 3, 2, 3, 5, 5]]);
    expect([study.present, study.absent]).toEqual([[], []]);
  });

  test('a hole is taken out, wherever it stands', async () => {
    const hole = roi(1, around(3, 3, 3, 3), 'FALSE');
    const study = await read(message(reader(nodule(hole, roi(1, around(2, 2, 4, 4))))));
    const all = [2, 3, 4].flatMap((h) => [2, 3, 4].map((w) => at(1, h, w)));
    expect(voxelsOf(study.masks['nodule'])).toEqual(all.filter((voxel) => voxel !== at(1, 3, 3)));
  });

  test('readers that overlap agree by half of them; nodules apart stay apart; minReaders leaves those of fewer unknown', async () => {
    const xml = message(
      reader(nodule(roi(1, around(1, 1, 2, 1))), nodule(roi(1, around(5, 5, 6, 6)))),
      reader(nodule(roi(1, around(2, 1, 3, 1)))),
      reader(nodule(roi(1, around(3, 1, 4, 1)))),
    );
    const study = await read(xml);
    const agreed = [at(1, 1, 2), at(1, 1, 3)];
    const lone = [5, 6].flatMap((h) => [5, 6].map((w) => at(1, h, w)));
    expect(voxelsOf(study.masks['nodule'])).toEqual([...agreed, ...lone]);
    expect(new Set(study.boxes['nodule'])).toEqual(
      new Set([
        [1, 1, 2, 2, 2, 4],
        [1, 5, 5, 2, 7, 7],
      ]),
    );
    const strict = await read(xml, { minReaders: 3 });
    expect(strict.boxes['nodule']).toEqual([[1, 1, 2, 2, 2, 4]]);
    const none = await read(xml, { minReaders: 4 });
    expect([none.masks, none.boxes, none.present, none.absent]).toEqual([{}, {}, [], []]);
  });

  test('a nodule below 3 mm is present and nowhere; without any nodule there is none', async () => {
    const small = await read(message(reader(nodule(roi(1, [[4, 4]])))));
    expect([small.masks, small.boxes, small.present, small.absent]).toEqual([{}, {}, ['nodule'], []]);
    const none = await read(message(reader()));
    expect([none.masks, none.present, none.absent]).toEqual([{}, [], ['nodule']]);
  });

  test('readings beside the slices, readings of radiographs and series without any', async () => {
    const files = {
      ...slices,
      [`${folder}/069.xml`]: message(reader()),
      'a/1.xml': '<IdriReadMessage></IdriReadMessage>',
    };
    const other = slice({ uid: '1.8', series: '1.8', z: 0, modality: 'DX', rows: 8, columns: 8, value: 0 });
    const set = await lidcIdri(await miniature({ ...files, 'LIDC-IDRI-0001/1.3/000001.dcm': other }));
    expect(set.entries).toHaveLength(1);
    expect(await failure(lidcIdri(await miniature(slices)))).toBe(
      'data lidc-idri: expected images with labels in the layout of the owners, found none.',
    );
  });

  test('bad readings are told by file and field', async () => {
    const where = 'data lidc-idri: tcia-lidc-xml/157/158.xml: expected';
    const bad = async (xml: string) => failure(read(xml));
    expect(await bad(message(reader(nodule(roi(7, around(2, 2, 3, 3))))))).toBe(
      `${where} imageSOP_UID of one of 3 slices, found another.`,
    );
    expect(await bad(message(reader(nodule(roi(1, around(6, 6, 8, 8))))))).toBe(
      `${where} edgeMap within 8 x 8 pixels, found a point outside.`,
    );
    expect(await bad(message(reader(nodule(roi(1, [[-1, 2]])))))).toBe(
      `${where} a whole number in xCoord of outline 1, found another text.`,
    );
    expect(await bad(message(reader()).replace('</readingSession>', ''))).toMatch(
      `${where} XML, found text that is none at line`,
    );
    expect(await failure(open(message().replaceAll('SeriesInstanceUid', 'Other')))).toBe(
      `${where} SeriesInstanceUid in the ResponseHeader, found none.`,
    );
  });
});

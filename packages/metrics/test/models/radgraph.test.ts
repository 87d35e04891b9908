import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { VividMedError } from '@vividmed/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRadGraph, type RadGraphReading, type WordRule } from '../../src/models/index.js';
import { readTarGz } from '../../src/models/radgraph/tar.js';

const checkpoint = (name: string): string => fileURLToPath(new URL(`checkpoints/radgraph/${name}`, import.meta.url));
const archive = checkpoint('radgraph.tar.gz');
const encoder = checkpoint('encoder');
const golden = JSON.parse(readFileSync(new URL('golden/radgraph.json', import.meta.url), 'utf8')) as Record<
  WordRule,
  RadGraphReading[]
> & { reports: string[] };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vividmed-radgraph-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Unpacks the archive into the folder. */
async function unpack(): Promise<void> {
  mkdirSync(join(folder, 'vocabulary'));
  for (const [name, bytes] of await readTarGz(archive, () => true)) writeFileSync(join(folder, name), bytes);
}

test('the published RadGraph draws the graphs that PyTorch draws, of reports longer than its encoder too', async () => {
  const model = await openRadGraph(archive, { encoder });
  const graphs = await model.read(golden.reports);
  model.dispose();
  expect(graphs).toEqual(golden.radgraph);
});

test('the words of the later models and a folder instead of an archive give the same graphs as PyTorch', async () => {
  await unpack();
  const model = await openRadGraph(folder, { encoder, words: 'radgraph-xl', batchSize: 3 });
  const graphs = await model.read(golden.reports);
  expect(await model.read([golden.reports[4]!])).toEqual([graphs[4]]);
  model.dispose();
  expect(graphs).toEqual(golden['radgraph-xl']);
});

test('an empty report is read as None, one of white space has no entities', async () => {
  const model = await openRadGraph(archive, { encoder });
  const [empty, none, blank] = await model.read(['', 'None', ' \n']);
  model.dispose();
  expect(empty).toEqual(none);
  expect(blank).toEqual({ text: '', entities: {} });
});

test('an archive without what is needed says what is missing', async () => {
  await unpack();
  await expect(openRadGraph(folder, { encoder, dataset: 'other' })).rejects.toThrow(
    'openRadGraph: expected scorers of other, found radgraph.',
  );
  writeFileSync(join(folder, 'vocabulary/radgraph__ner_labels.txt'), 'ANAT-DP\nOBS-DP\nOBS-U\nOBS-DA\nX\n');
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/first label of entities to mean none/);
  rmSync(join(folder, 'vocabulary/radgraph__ner_labels.txt'));
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/expected the labels radgraph__ner_labels.txt/);
  rmSync(join(folder, 'weights.th'));
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/expected a file, found none/);
  writeFileSync(join(folder, 'config.json'), '{');
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/expected a config.json that parses/);
  rmSync(join(folder, 'config.json'));
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/expected a config.json, found none/);
});

test('a model whose spans exchange what they know, or another encoder, is refused', async () => {
  await unpack();
  const config = readFileSync(join(folder, 'config.json'), 'utf8');
  writeFileSync(join(folder, 'config.json'), config.replace('"coref_prop": 0', '"coref_prop": 1'));
  await expect(openRadGraph(folder, { encoder })).rejects.toThrow(/coref_prop/);
  const other = join(folder, 'encoder');
  cpSync(encoder, other, { recursive: true });
  writeFileSync(join(other, 'config.json'), '{"model_type": "modernbert"}');
  await expect(openRadGraph(archive, { encoder: other })).rejects.toThrow(/bert, roberta or distilbert/);
});

test('files of an archive are read as they are, those that nobody wants are passed over', async () => {
  const all = await readTarGz(archive, () => true);
  const some = await readTarGz(archive, (name) => name === 'config.json');
  expect([...all.keys()].sort()[0]).toBe('config.json');
  expect(some).toEqual(new Map([['config.json', all.get('config.json')!]]));
});

test('an archive that is cut off or damaged is an error of ours', async () => {
  const path = join(folder, 'damaged.tar.gz');
  const tar = gunzipSync(readFileSync(archive));
  const outcome = async (bytes: Uint8Array): Promise<string> => {
    writeFileSync(path, bytes);
    try {
      await readTarGz(path, () => true);
      return 'read';
    } catch (error) {
      if (!VividMedError.isInstance(error)) throw error;
      return error.code;
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(tar.length - 1024), async (length) => {
      // Without the two empty blocks at its end, nothing says that an archive is whole.
      expect(await outcome(gzipSync(tar.subarray(0, Math.min(length, tar.length - 10241)), { level: 1 }))).toBe(
        'checkpoint',
      );
    }),
    { seed: 5, numRuns: 20 },
  );
  await fc.assert(
    fc.asyncProperty(fc.nat(511), fc.nat(255), async (at, to) => {
      const changed = Uint8Array.from(tar);
      changed[at] = to;
      expect(['read', 'checkpoint']).toContain(await outcome(gzipSync(changed, { level: 1 })));
    }),
    { seed: 6, numRuns: 30 },
  );
  expect(await outcome(new Uint8Array(100))).toBe('checkpoint');
  copyFileSync(archive, path);
  expect(await outcome(readFileSync(archive).subarray(0, 1000))).toBe('checkpoint');
});

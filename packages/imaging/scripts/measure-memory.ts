/** Peak memory of reading a CT of 512 x 512 x 600 from a folder that is made for it: `node --import tsx scripts/measure-memory.ts`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImage } from '../src/node.js';
import { smallImage, writeDicom } from '../test/write-dicom.js';

const NUM_SLICES = 600;
const SIDE = 512;
const folder = await mkdtemp(join(tmpdir(), 'imaging-'));
try {
  const pixels = new Uint8Array(2 * SIDE * SIDE).map((_, i) => (i % 2 === 0 ? i % 251 : 3));
  for (let z = 0; z < NUM_SLICES; z++) {
    const { '7fe00010': _, ...attributes } = smallImage();
    const head = writeDicom({
      ...attributes,
      '00080018': ['UI', `1.2.3.${z}`],
      '00080060': ['CS', 'CT'],
      '0020000d': ['UI', '1.2.1'],
      '0020000e': ['UI', '1.2.2'],
      '00200032': ['DS', `0\\0\\${z}`],
      '00200037': ['DS', '1\\0\\0\\0\\1\\0'],
      '00280010': ['US', [SIDE]],
      '00280011': ['US', [SIDE]],
      '00281052': ['DS', '-1024'],
      '00281053': ['DS', '1'],
    });
    // (7FE0,0010) OW and its length.
    const element = Uint8Array.of(0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 0, 0, 8, 0);
    await writeFile(join(folder, `${z}.dcm`), Buffer.concat([head, element, pixels]));
  }
  const started = performance.now();
  const { shape } = await readImage(folder);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ shape, seconds, peakMb })}\n`);
} finally {
  await rm(folder, { recursive: true });
}

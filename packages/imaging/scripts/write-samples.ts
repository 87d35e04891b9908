// Writes the files that test/oracle/written.py reads: `tsx --conditions=@vividmed/source write-samples.ts FOLDER`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNifti } from '../src/index.js';
import { WRITTEN_CASES } from '../test/written-cases.js';

const [folder = '.'] = process.argv.slice(2);
for (const [i, { image, options, isForItk }] of WRITTEN_CASES.entries()) {
  await writeFile(join(folder, `${i}${isForItk ? '.itk' : ''}.nii`), await writeNifti(image, options));
}

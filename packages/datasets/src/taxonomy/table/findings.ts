import { finding } from '../rows.js';
import type { Target } from '../target.js';

const lung = '39607008 Lung';
const pleura = '3120008 Pleural structure';
const heart = '80891009 Heart';
const middle = { sided: false } as const;

/** Abnormalities of the chest. */
export const chestFindings: readonly Target[] = [
  finding('nodule', '27925004 Nodule', {
    region: lung,
    parents: ['lung lesion'],
    synonyms: [
      'nodules',
      'pulmonary nodule',
      'pulmonary nodules',
      'lung nodule',
      'lung nodules',
      'nodular opacity',
      'nodular opacities',
    ],
  }),
  finding('mass', '4147007 Mass', {
    region: lung,
    parents: ['lung lesion'],
    synonyms: ['masses', 'lung mass', 'lung masses', 'pulmonary mass', 'pulmonary masses'],
  }),
  finding('nodule or mass', undefined, { region: lung, parents: ['lung lesion'], synonyms: ['nodules or masses'] }),
  finding('lung lesion', '52988006 Lesion', {
    region: lung,
    synonyms: ['lung lesions', 'pulmonary lesion', 'pulmonary lesions'],
  }),
  finding('lung tumor', '108369006 Neoplasm', {
    region: lung,
    parents: ['lung lesion'],
    synonyms: [
      'lung tumors',
      'lung tumour',
      'lung tumours',
      'lung cancer',
      'lung cancers',
      'lung neoplasm',
      'lung neoplasms',
    ],
  }),
  finding('pleural effusion', '60046008 Pleural effusion', {
    region: pleura,
    synonyms: ['pleural effusions', 'effusion', 'effusions', 'pleural fluid'],
  }),
  finding('pneumothorax', '36118008 Pneumothorax', { region: pleura, synonyms: ['pneumothoraces'] }),
  finding('pleural thickening', undefined, {
    region: pleura,
    parents: ['pleural abnormality'],
    synonyms: ['thickened pleura'],
  }),
  finding('pleural abnormality', undefined, {
    region: pleura,
    synonyms: ['pleural abnormalities', 'pleural lesion', 'pleural lesions'],
  }),
  finding('consolidation', undefined, {
    region: lung,
    parents: ['lung opacity'],
    synonyms: [
      'consolidations',
      'airspace opacity',
      'airspace opacities',
      'airspace consolidation',
      'pulmonary consolidation',
    ],
  }),
  finding('atelectasis', undefined, {
    region: lung,
    parents: ['lung opacity'],
    synonyms: [
      'atelectases',
      'atelectatic band',
      'atelectatic bands',
      'atelectatic change',
      'atelectatic changes',
      'volume loss',
    ],
  }),
  finding('lung opacity', undefined, {
    region: lung,
    synonyms: [
      'lung opacities',
      'pulmonary opacity',
      'pulmonary opacities',
      'pulmonary opacification',
      'opacity',
      'opacities',
      'opacification',
    ],
  }),
  finding('ground-glass opacity', undefined, {
    region: lung,
    parents: ['lung opacity'],
    synonyms: ['ground-glass opacities', 'ground-glass opacification', 'ggo'],
  }),
  finding('infiltration', '47351003 Infiltrate', {
    region: lung,
    parents: ['lung opacity'],
    synonyms: [
      'infiltrations',
      'infiltrate',
      'infiltrates',
      'pulmonary infiltrate',
      'pulmonary infiltrates',
      'pulmonary infiltration',
    ],
  }),
  finding('pneumonia', undefined, { region: lung, parents: ['lung opacity'], synonyms: ['pneumonias'] }),
  finding('tuberculosis', undefined, { region: lung, synonyms: ['pulmonary tuberculosis', 'tb'] }),
  finding('pulmonary edema', '19242006 Pulmonary edema', {
    region: lung,
    parents: ['lung opacity'],
    synonyms: ['edema', 'pulmonary oedema', 'oedema', 'lung edema'],
  }),
  finding('emphysema', undefined, {
    region: lung,
    synonyms: ['pulmonary emphysema', 'emphysematous change', 'emphysematous changes'],
  }),
  finding('chronic obstructive pulmonary disease', undefined, { region: lung, ...middle, synonyms: ['copd'] }),
  finding('pulmonary fibrosis', undefined, {
    region: lung,
    synonyms: [
      'fibrosis',
      'lung fibrosis',
      'fibrotic change',
      'fibrotic changes',
      'fibrotic sequela',
      'fibrotic sequelae',
      'pulmonary fibrotic sequela',
      'pulmonary fibrotic sequelae',
    ],
  }),
  finding('interstitial lung disease', undefined, {
    region: lung,
    synonyms: ['ild', 'interstitial disease', 'interstitial opacities'],
  }),
  finding('interlobular septal thickening', undefined, {
    region: lung,
    synonyms: ['septal thickening', 'septal lines', 'kerley b lines'],
  }),
  finding('peribronchial thickening', undefined, {
    region: lung,
    synonyms: ['peribronchial cuffing', 'bronchial wall thickening', 'bronchial thickening'],
  }),
  finding('bronchiectasis', undefined, {
    region: lung,
    synonyms: ['bronchiectases', 'bronchiectatic change', 'bronchiectatic changes'],
  }),
  finding('mosaic attenuation', undefined, {
    region: lung,
    synonyms: ['mosaic attenuation pattern', 'mosaic perfusion'],
  }),
  finding('lung cavity', undefined, {
    region: lung,
    parents: ['lung lesion'],
    synonyms: [
      'lung cavities',
      'cavity',
      'cavities',
      'pulmonary cavity',
      'pulmonary cavities',
      'cavitary lesion',
      'cavitary lesions',
    ],
  }),
  finding('lung cyst', '367643001 Cyst', {
    region: lung,
    parents: ['lung lesion'],
    synonyms: ['lung cysts', 'pulmonary cyst', 'pulmonary cysts'],
  }),
  finding('calcification', undefined, {
    synonyms: ['calcifications', 'calcified lesion', 'calcified lesions', 'pulmonary calcification'],
  }),
  finding('arterial wall calcification', '237897009 Vascular Calcification', {
    ...middle,
    parents: ['calcification'],
    synonyms: [
      'arterial wall calcifications',
      'arterial calcification',
      'arterial calcifications',
      'vascular calcification',
      'vascular calcifications',
      'aortic calcification',
      'aortic calcifications',
      'atherosclerotic calcification',
      'atherosclerotic calcifications',
    ],
  }),
  finding('coronary artery calcification', undefined, {
    ...middle,
    region: '41801008 Coronary artery',
    parents: ['arterial wall calcification'],
    synonyms: [
      'coronary artery calcifications',
      'coronary artery wall calcification',
      'coronary artery wall calcifications',
      'coronary calcification',
      'coronary calcifications',
    ],
  }),
  finding('cardiomegaly', undefined, {
    ...middle,
    region: heart,
    synonyms: ['enlarged heart', 'cardiac enlargement', 'enlarged cardiac silhouette'],
  }),
  finding('enlarged cardiomediastinum', undefined, {
    ...middle,
    region: '72410000 Mediastinum',
    synonyms: ['widened mediastinum', 'mediastinal widening', 'enlarged mediastinum'],
  }),
  finding('mediastinal shift', undefined, {
    region: '72410000 Mediastinum',
    synonyms: ['mediastinal shifts', 'shift of the mediastinum'],
  }),
  finding('pericardial effusion', '373945007 Pericardial effusion', {
    ...middle,
    region: '76848001 Pericardium',
    synonyms: ['pericardial effusions', 'pericardial fluid'],
  }),
  finding('aortic enlargement', undefined, {
    ...middle,
    region: '15825003 Aorta',
    synonyms: [
      'enlarged aorta',
      'dilated aorta',
      'aortic dilatation',
      'aortic dilation',
      'aortic ectasia',
      'ectatic aorta',
    ],
  }),
  finding('pulmonary artery enlargement', undefined, {
    ...middle,
    region: '81040000 Pulmonary artery',
    synonyms: ['enlarged pulmonary artery', 'dilated pulmonary artery', 'enlarged pa'],
  }),
  finding('lymphadenopathy', undefined, {
    synonyms: ['lymphadenopathies', 'adenopathy', 'enlarged lymph node', 'enlarged lymph nodes'],
  }),
  finding('hernia', undefined, { synonyms: ['hernias'] }),
  finding('hiatal hernia', undefined, {
    ...middle,
    parents: ['hernia'],
    synonyms: ['hiatal hernias', 'hiatus hernia', 'hiatus hernias'],
  }),
  finding('fracture', undefined, { synonyms: ['fractures'] }),
  finding('rib fracture', undefined, {
    region: '113197003 Rib',
    parents: ['fracture'],
    synonyms: ['rib fractures', 'fractured rib', 'fractured ribs'],
  }),
  finding('clavicle fracture', undefined, {
    region: '51299004 Clavicle',
    parents: ['fracture'],
    synonyms: ['clavicle fractures', 'clavicular fracture', 'clavicular fractures', 'fractured clavicle'],
  }),
  finding('support device', undefined, {
    category: 'object',
    synonyms: ['support devices', 'medical device', 'medical devices', 'medical material', 'device', 'devices'],
  }),
  finding('pacemaker', '14106009 Cardiac pacemaker', {
    category: 'object',
    parents: ['support device'],
    synonyms: ['pacemakers', 'cardiac pacemaker', 'cardiac pacemakers'],
  }),
  finding('endotracheal tube', '26412008 Endotracheal tube', {
    ...middle,
    category: 'object',
    parents: ['support device'],
    synonyms: ['endotracheal tubes', 'et tube', 'et tubes'],
  }),
  finding('central venous catheter', '52124006 Central venous catheter', {
    category: 'object',
    parents: ['support device'],
    synonyms: ['central venous catheters', 'central line', 'central lines'],
  }),
];

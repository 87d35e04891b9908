import { paired, structure } from '../rows.js';
import type { Target } from '../target.js';

/** Great vessels, and those of organs. */
export const vessels: readonly Target[] = [
  structure('aorta', '15825003 Aorta', { lies: 'left', synonyms: ['thoracic aorta'] }),
  structure('aorta with its branches', undefined, { lies: 'left', synonyms: ['aortic vessel tree'] }),
  structure('ascending aorta', '54247002 Ascending aorta', { parents: ['aorta'], lies: 'right' }),
  structure('aortic arch', '57034009 Aortic Arch', { parents: ['aorta'], lies: 'left', synonyms: ['aortic knob'] }),
  structure('descending aorta', '281130003 Descending aorta', { parents: ['aorta'], lies: 'left' }),
  structure('abdominal aorta', '7832008 Abdominal aorta', { parents: ['aorta'], lies: 'left' }),
  structure('superior vena cava', '48345005 Superior vena cava', { lies: 'right', synonyms: ['svc'] }),
  structure('inferior vena cava', '64131007 Inferior vena cava', { lies: 'right', synonyms: ['ivc', 'postcava'] }),
  structure('pulmonary artery', '81040000 Pulmonary artery', {
    lies: 'left',
    synonyms: ['pulmonary arteries', 'pulmonary trunk', 'main pulmonary artery'],
  }),
  structure('pulmonary veins', '122972007 Pulmonary vein', { lies: 'left', synonyms: ['pulmonary vein'] }),
  structure('pulmonary vessels', undefined, {
    parents: ['lungs'],
    synonyms: ['lung vessels', 'pulmonary vasculature'],
  }),
  structure('coronary arteries', '41801008 Coronary artery', { lies: 'left', synonyms: ['coronary artery'] }),
  structure('brachiocephalic trunk', '12691009 Brachiocephalic artery', {
    lies: 'right',
    synonyms: ['brachiocephalic artery', 'innominate artery'],
  }),
  ...paired('subclavian artery', 'subclavian arteries', '29700009 Subclavian artery'),
  ...paired('carotid artery', 'carotid arteries', '69105007 Carotid Artery'),
  ...paired('common carotid artery', 'common carotid arteries', '32062004 Common carotid artery', {
    parents: ['carotid arteries'],
  }),
  ...paired('brachiocephalic vein', 'brachiocephalic veins', '8887007 Brachiocephalic vein', {
    synonyms: [['innominate vein', 'innominate veins']],
  }),
  ...paired('common iliac artery', 'common iliac arteries', '73634005 Common iliac artery', {
    synonyms: [['iliac artery', 'iliac arteries']],
  }),
  ...paired('common iliac vein', 'common iliac veins', '46027005 Common iliac vein', {
    synonyms: [['iliac vein', 'iliac veins']],
  }),
  structure('portal and splenic veins', '110765007 Portal vein and splenic vein', {
    lies: 'right',
    synonyms: ['portal vein and splenic vein', 'portal and splenic vein'],
  }),
  structure('portal vein', '32764006 Portal Vein', { parents: ['portal and splenic veins'], lies: 'right' }),
  structure('splenic vein', '35819009 Splenic Vein', { parents: ['portal and splenic veins'], lies: 'left' }),
  structure('hepatic vessels', undefined, {
    parents: ['liver'],
    lies: 'right',
    synonyms: ['hepatic vessel', 'liver vessels', 'liver vessel'],
  }),
];

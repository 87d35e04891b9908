import { paired, structure } from '../rows.js';
import type { Target } from '../target.js';

const lobe = (name: string, side: 'left' | 'right', code: Parameters<typeof structure>[1]): Target => ({
  ...structure(`${side} ${name} lobe`, code, {
    parents: [`${side} lung`],
    synonyms: [`${side} ${name} lung lobe`, `${name} lobe of the ${side} lung`, `${name} lobe of ${side} lung`],
  }),
  side,
});

const chamber = (name: string, lies: 'left' | 'right', code: Parameters<typeof structure>[1], synonyms: string[]) =>
  structure(name, code, { parents: ['heart'], lies, synonyms });

/** Lungs, airways, heart and mediastinum. */
export const thorax: readonly Target[] = [
  ...paired('lung', 'lungs', '39607008 Lung', { synonyms: [['lung field', 'lung fields']] }),
  lobe('upper', 'left', '45653009 Upper lobe of lung'),
  lobe('lower', 'left', '90572001 Lower lobe of lung'),
  lobe('upper', 'right', '45653009 Upper lobe of lung'),
  // No left twin: a flip that would need one is refused.
  lobe('middle', 'right', '72481006 Middle lobe of right lung'),
  lobe('lower', 'right', '90572001 Lower lobe of lung'),
  structure('trachea', '44567001 Trachea', { parents: ['airways'], synonyms: ['windpipe'] }),
  structure('airways', '110726009 Trachea and bronchus', {
    synonyms: ['airway', 'tracheobronchial tree', 'bronchial tree', 'trachea and bronchi'],
  }),
  ...paired('main bronchus', 'main bronchi', undefined, {
    parents: ['airways'],
    synonyms: [['mainstem bronchus', 'mainstem bronchi']],
  }),
  structure('pleura', '3120008 Pleural structure', { synonyms: ['pleural surfaces', 'pleural surface'] }),
  structure('mediastinum', '72410000 Mediastinum', { synonyms: ['mediastinal contour', 'mediastinal structures'] }),
  ...paired('hilum', 'hila', '46750007 Hilum of lung', {
    synonyms: [
      ['lung hilum', 'lung hila'],
      ['pulmonary hilum', 'pulmonary hila'],
    ],
  }),
  structure('diaphragm', '5798000 Diaphragm'),
  ...paired('hemidiaphragm', 'hemidiaphragms', undefined, { parents: ['diaphragm'] }),
  structure('heart', '80891009 Heart', {
    parents: ['mediastinum'],
    lies: 'left',
    synonyms: ['cardiac silhouette', 'heart shadow'],
  }),
  chamber('left atrium', 'left', '82471001 Left atrium', ['left heart atrium']),
  chamber('right atrium', 'right', '73829009 Right atrium', ['right heart atrium']),
  chamber('left ventricle', 'left', '87878005 Left Ventricle', ['left heart ventricle', 'left ventricular cavity']),
  chamber('right ventricle', 'right', '53085002 Right ventricle', ['right heart ventricle']),
  chamber('left atrial appendage', 'left', '68786006 Auricular appendage', ['left atrium appendage']),
  structure('myocardium', '74281007 Myocardium', { parents: ['heart'], lies: 'left', synonyms: ['heart muscle'] }),
  structure('pericardium', '76848001 Pericardium', { parents: ['heart'], lies: 'left' }),
  structure('thyroid gland', '69748006 Thyroid', { synonyms: ['thyroid'] }),
  structure('esophagus', '32849002 Esophagus', { synonyms: ['oesophagus'] }),
  structure('cervical esophagus', undefined, { parents: ['esophagus'], synonyms: ['cervical oesophagus'] }),
];

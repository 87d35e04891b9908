import type { ChexpertLabel } from '../label-sets.js';
import type { Lexicon } from './lexicon.js';

const verb =
  '(?:is|are|was|were|remains?|appears?|looks?|may be|might be|could be|has become|is not|are not|does not appear)';
const degree =
  '(?:(?:not|mildly|slightly|minimally|moderately|markedly|severely|grossly|significantly|persistently|again|still|stably|borderline|possibly|probably|likely|overall|also|now|newly|chronically|considerably|to be) )*';
const normalState = '(?:normal|unremarkable|within normal limits|preserved)';
const heart =
  '(?:heart|cardiac (?:silhouette|shadow|size|contours?)|heart (?:size|shadow)|cardiac silhouette size|size of the (?:heart|cardiac silhouette))';
const mediastinum =
  '(?:mediastinum|(?:cardio )?mediastinal (?:silhouette|contours?|width|borders?)|cardiomediastinal (?:silhouette|contours?|shadow|borders?)|cardiomediastinum|(?:cardiac|heart|hilar|pulmonary)(?:,| and) (?:mediastinal|hilar)(?: and (?:hilar|mediastinal))? (?:silhouettes?|contours?)|mediastinal and (?:hilar|cardiac) (?:contours?|silhouettes?))';

/**
 * How reports of chest radiographs name CheXpert's observations. Our own list: it follows the meaning of the labels as
 * described by Irvin et al. 2019, not the phrases of the CheXpert labeller.
 */
export const chexpertLexicon: Lexicon<Exclude<ChexpertLabel, 'No Finding'>> = [
  {
    label: 'Enlarged Cardiomediastinum',
    mentions: [
      '(?:enlarged|widened|wide|prominent) (?:superior |upper )?(?:cardio ?mediastin(?:um|al (?:silhouette|contours?))|mediastin(?:um|al (?:silhouette|contours?)))',
      '(?:superior |upper )?mediastinal (?:widening|enlargement|prominence)',
      'widening of the (?:superior |upper )?mediastinum',
      `${mediastinum} ${verb} ${degree}(?:enlarged|widened|wide|prominent)`,
    ],
    normal: [
      `${mediastinum} (?:is|are|appears?|remains?|has|have) ${degree}(?:a )?${normalState}`,
      `(?:normal|unremarkable) (?:heart size and |heart and |hilar and |cardiac and )?${mediastinum}`,
      `normal ${heart} and ${mediastinum}`,
    ],
  },
  {
    label: 'Cardiomegaly',
    mentions: [
      'cardiomegaly',
      `(?:enlarged|large) ${heart}`,
      `(?:cardiac|heart) enlargement`,
      `enlargement of the ${heart}`,
      `${heart} ${verb} ${degree}(?:enlarged|large|increased|prominent)`,
      'cardiothoracic ratio (?:is )?(?:increased|enlarged)',
    ],
    normal: [
      `${heart}(?: size)? (?:is|are|appears?|remains?) ${degree}(?:of )?${normalState}`,
      `normal (?:sized )?${heart}`,
      `normal size of the heart`,
      `${heart} and (?:the )?${mediastinum} (?:is|are|appears?|remains?) ${degree}${normalState}`,
    ],
    borderline: [
      `borderline (?:enlarged )?${heart}`,
      `${heart} (?:is|appears?|remains?) ${degree}(?:top normal|at the upper limits? of normal|upper limits? of normal|borderline)`,
      `borderline cardiomegaly`,
    ],
  },
  {
    label: 'Lung Opacity',
    mentions: [
      '(?:lung |pulmonary |airspace |air space |interstitial )?opacit(?:y|ies)',
      'opacifications?',
      'infiltrates?',
      'infiltrations?',
      '(?:airspace|air space|alveolar) (?:disease|process)',
      '(?:lung|pulmonary) haziness',
      'reticulations?',
      'interstitial (?:prominence|thickening|markings? (?:is|are) (?:increased|prominent))',
      '(?:increased|prominent) interstitial (?:lung )?markings?',
    ],
    normal: [
      `(?:lungs?|lung fields?|lung bases?|lung apices)(?: volumes)? (?:is|are|appears?|remains?) ${degree}(?:well (?:expanded|aerated|inflated),?(?: and)? )?clear`,
      'clear lungs?(?: fields?)?',
    ],
  },
  {
    label: 'Lung Lesion',
    mentions: [
      '(?:micro)?nodul(?:es?|ar (?:density|densities|opacity|opacities|lesions?))',
      '(?<!soft tissue )(?<!mediastinal )mass(?:es)?(?! effect)',
      '(?:lung|pulmonary|parenchymal|cavitary|focal|suspicious) lesions?',
      '(?:lung |bronchogenic |pulmonary )?(?:tumou?rs?|neoplasms?|malignanc(?:y|ies)|carcinomas?|cancer)',
      '(?:lung |pulmonary )?metastas[ei]s',
      'metastatic disease',
      'granulomas?',
    ],
  },
  {
    label: 'Edema',
    mentions: [
      '(?<!soft tissue )(?<!subcutaneous )(?<!bone marrow )o?edema',
      '(?:pulmonary |vascular |central |interstitial )*(?:vascular )?congestion',
      'vascular (?:engorgement|redistribution)',
      'heart failure',
      'chf',
      '(?:fluid|volume) overload',
      'cephali[sz]ation(?: of (?:the )?(?:vessels|vasculature))?',
    ],
  },
  {
    label: 'Consolidation',
    mentions: ['consolidations?', 'consolidative (?:process|changes?|opacit(?:y|ies))', 'consolidated lung'],
  },
  {
    label: 'Pneumonia',
    mentions: [
      '(?:broncho)?pneumonias?',
      'pneumonic (?:process|infiltrates?|consolidations?)',
      '(?:lung |pulmonary |superimposed |acute )?infections?',
      'infectious (?:process|infiltrates?|etiology|aetiology|disease)',
    ],
  },
  {
    label: 'Atelectasis',
    mentions: [
      'atelecta(?:sis|ses|tic (?:changes?|lung|bands?|opacit(?:y|ies)))',
      '(?:lobar |lung |lobe |segmental )collapse',
      'collapse of the (?:left |right )?(?:lung|upper lobe|middle lobe|lower lobe)',
      '(?<!low )volume loss',
      'loss of volume',
    ],
  },
  {
    label: 'Pneumothorax',
    mentions: ['(?:hydro|tension )?pneumothora(?:x|ces)', 'ptx'],
  },
  {
    label: 'Pleural Effusion',
    mentions: [
      '(?<!pericardial )(?<!joint )effusions?',
      'pleural (?:or|and) pericardial effusions?',
      'pleural (?:fluid|collections?)',
      'hydro(?:pneumo)?thorax',
      'h(?:a)?emothorax',
      'empyema',
      '(?:layering|loculated|subpulmonic) fluid',
    ],
    normal: [
      `costophrenic (?:angles?|sulci) (?:are|is|remain|appear) ${degree}(?:sharp|clear)`,
      'sharp costophrenic angles?',
      'pleural spaces? (?:are|is|remain|appear) clear',
    ],
  },
  {
    label: 'Pleural Other',
    mentions: [
      '(?:bi)?(?:apical )?pleural (?:thickening|plaques?|scar(?:ring)?s?|calcifications?|nodularity|mass(?:es)?|lesions?)',
      'thickening of the (?:\\w+ )?pleura',
      'fibrothorax',
      'calcified plaques?',
    ],
  },
  {
    label: 'Fracture',
    mentions: ['fractures?', 'fractured', 'compression deformit(?:y|ies)', 'rib deformit(?:y|ies)'],
    normal: [
      `(?:ribs|bones|clavicles|osseous structures|bony (?:structures|thorax)|skeletal structures) (?:is|are|appears?|remains?) ${degree}intact`,
    ],
  },
  {
    label: 'Support Devices',
    mentions: [
      '(?:endotracheal|tracheostomy|nasogastric|orogastric|enteric|feeding|dobhoff|chest|pleural|pigtail|drainage|et|ng|og|support) (?:tubes?|drains?|catheters?)',
      'tracheostomy',
      '(?:central (?:venous )?|picc |picc|swan ganz |hemodialysis |dialysis |jugular |subclavian |port a ?cath |arterial |venous )(?:lines?|catheters?)',
      'picc',
      '(?:lines|tubes) and (?:lines|tubes)',
      'port a ?cath',
      'chemo ?port|portacath|mediport',
      'pacemakers?(?: leads?)?|pacer(?: leads?| wires?)?|pacing (?:leads?|wires?)',
      '(?:icd|aicd|defibrillator)(?: leads?)?',
      '(?:sternotomy|sternal) wires',
      'surgical clips?',
      '(?:aortic|mitral|tricuspid|prosthetic)(?: valve)? (?:prosthesis|replacement|valves?)',
      'balloon pump',
      'stents?',
      'support devices?',
      '(?:monitoring )?devices?',
      '(?:orthopedic|spinal|fixation|surgical) hardware',
    ],
  },
];

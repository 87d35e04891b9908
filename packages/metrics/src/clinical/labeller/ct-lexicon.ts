import type { CtRateLabel } from '../label-sets.js';
import type { Lexicon } from './lexicon.js';

const plaques =
  '(?:calcifications?|calcific plaques?|calcified (?:atheroma(?:tous)? )?plaques?|atheroma(?:tous)? plaques?)(?: (?:is|are|was|were))?(?: (?:observed|seen|noted|present|detected|not observed|not seen|not detected))? (?:in|of|on) the (?:walls? of the )?';

/** How reports of chest CT name the 18 labels of CT-RATE. Our own list. */
export const ctLexicon: Lexicon<CtRateLabel> = [
  {
    label: 'Medical material',
    mentions: [
      '(?:endotracheal|tracheostomy|nasogastric|feeding|chest|drainage) (?:tubes?|drains?|catheters?|cannulas?)',
      '(?:central venous |port |dialysis |venous )?catheters?',
      'pacemakers?',
      'stents?',
      'sternotomy wires|suture materials?|surgical (?:clips?|materials?)',
      'prosthe(?:sis|ses|tic valves?)',
      'implants?',
      'medical (?:materials?|devices?)',
    ],
  },
  {
    label: 'Arterial wall calcification',
    mentions: [
      '(?<!coronary )(?:aortic|arterial|vascular|carotid|atherosclerotic)(?: wall| arch| artery)? calcifications?',
      `${plaques}(?!coronary )(?:\\w+ )?(?:aorta|aortic arch|arteries|arterial walls?|supraaortic branches|vascular structures)`,
      'calcified atheroma(?:tous)?(?: plaques?)?',
    ],
  },
  {
    label: 'Cardiomegaly',
    mentions: [
      'cardiomegaly',
      'enlarged heart',
      '(?:heart|cardiac) enlargement',
      '(?:heart|heart size|cardiac size|size of the heart) (?:is|has|appears?|is not|was|may be) (?:(?:not|mildly|slightly|moderately|markedly) )*(?:increased|enlarged)',
      'cardiothoracic (?:index|ratio) (?:is |has |was )?(?:(?:not|slightly|mildly) )*increased',
    ],
    normal: [
      '(?:heart size|heart|cardiac size|size of the heart|heart contours?(?: and size)?|cardiothoracic (?:index|ratio)) (?:is|are|appears?) (?:of )?(?:normal|natural|within normal limits)',
    ],
  },
  {
    label: 'Pericardial effusion',
    mentions: [
      'pericardial (?:effusions?|fluid)',
      'fluid in the pericardium',
      '(?:pleural|pericardial) (?:or|and) pericardial effusions?',
      'pericardial (?:or|and) pleural effusions?',
    ],
  },
  {
    label: 'Coronary artery wall calcification',
    mentions: [
      'coronary(?: artery| arterial| vascular)?(?: wall)? (?:calcifications?|calcific plaques?|calcified plaques?|atherosclerosis)',
      `${plaques}(?:\\w+ ){0,4}?coronary (?:arter(?:y|ies)|vessels)(?: walls?)?`,
    ],
  },
  { label: 'Hiatal hernia', mentions: ['(?:sliding )?hiatal hernias?', 'hiatus hernias?'] },
  {
    label: 'Lymphadenopathy',
    mentions: [
      'lymphadenopath(?:y|ies)',
      'adenopath(?:y|ies)',
      '(?:pathological|pathologically|enlarged)(?: sized| enlarged)? (?:\\w+ ){0,3}?lymph nodes?',
      'lymph nodes? (?:in|of|with) (?:a )?(?:pathological|enlarged) (?:size|dimension|appearance)s?',
    ],
  },
  {
    label: 'Emphysema',
    mentions: [
      '(?<!subcutaneous )emphysema',
      '(?<!subcutaneous )emphysematous (?:changes?|areas?|lungs?)',
      'bull(?:ae?|ous changes?)',
    ],
  },
  {
    label: 'Atelectasis',
    mentions: [
      'atelecta(?:sis|ses|tic (?:changes?|areas?|bands?))',
      '(?:lobar |lung )collapse',
      'volume loss|loss of volume',
    ],
  },
  {
    label: 'Lung nodule',
    mentions: [
      '(?:micro)?nodul(?:es?|ar (?:lesions?|densit(?:y|ies)|opacit(?:y|ies)|formations?))(?! (?:in|of) the (?:thyroid|adrenal|liver))',
    ],
  },
  {
    label: 'Lung opacity',
    mentions: [
      '(?:lung |pulmonary |ground glass |nodular |patchy )*opacit(?:y|ies)',
      'ground glass (?:densit(?:y|ies)|areas?|appearances?|infiltrat(?:es?|ions?)|attenuations?)',
      'density increases?|increased densit(?:y|ies)',
      'infiltrat(?:es?|ions?)',
      'opacifications?',
    ],
  },
  {
    label: 'Pulmonary fibrotic sequela',
    mentions: [
      '(?:fibrotic|fibro ?atelectatic|sequelae?|sequela fibrotic|parenchymal) (?:changes?|bands?|densit(?:y|ies)|scars?)',
      'sequelae? (?:of )?(?:fibrosis|fibrotic changes?)',
      '(?:pulmonary |lung |apical )?(?:fibrosis|scarring|scars?)',
    ],
  },
  {
    label: 'Pleural effusion',
    mentions: [
      'pleural (?:effusions?|fluid)',
      '(?<!pericardial )(?<!joint )(?<!pelvic )effusions?',
      'pleural (?:or|and) pericardial effusions?',
      'hydrothorax|h(?:a)?emothorax|empyema',
    ],
  },
  {
    label: 'Mosaic attenuation pattern',
    mentions: ['mosaic (?:attenuations?|perfusion|patterns?|densit(?:y|ies))', 'air trapping'],
  },
  {
    label: 'Peribronchial thickening',
    mentions: [
      '(?:peribronchial|bronchial(?: wall)?|peribronchovascular) (?:thickening|cuffing|wall thickening)',
      'thickening of the bronchial walls?',
    ],
  },
  {
    label: 'Consolidation',
    mentions: ['consolidations?', 'consolidative (?:areas?|changes?)', 'consolidated areas?'],
  },
  { label: 'Bronchiectasis', mentions: ['bronchiecta(?:sis|ses|tic (?:changes?|areas?|dilatations?))'] },
  {
    label: 'Interlobular septal thickening',
    mentions: [
      '(?:interlobular |smooth |interlobular and intralobular )*septal thickening',
      'thickening of the (?:interlobular )?septa',
    ],
  },
];

/** CheXpert's observations in the order of CheXbert's heads (Smit et al. 2020; stanfordmlgroup/CheXbert@3ab882d). */
export const chexpertLabels = [
  'Enlarged Cardiomediastinum',
  'Cardiomegaly',
  'Lung Opacity',
  'Lung Lesion',
  'Edema',
  'Consolidation',
  'Pneumonia',
  'Atelectasis',
  'Pneumothorax',
  'Pleural Effusion',
  'Pleural Other',
  'Fracture',
  'Support Devices',
  'No Finding',
] as const;
export type ChexpertLabel = (typeof chexpertLabels)[number];

/** The five observations of CheXpert's competition, heads 1, 4, 5, 7 and 9 (Irvin et al. 2019, section 5). */
export const chexpertFive = ['Cardiomegaly', 'Edema', 'Consolidation', 'Atelectasis', 'Pleural Effusion'] as const;

/** The 18 columns of the label files of CT-RATE, which RadBERT's heads follow (Hamamci et al. 2024). */
export const ctRateLabels = [
  'Medical material',
  'Arterial wall calcification',
  'Cardiomegaly',
  'Pericardial effusion',
  'Coronary artery wall calcification',
  'Hiatal hernia',
  'Lymphadenopathy',
  'Emphysema',
  'Atelectasis',
  'Lung nodule',
  'Lung opacity',
  'Pulmonary fibrotic sequela',
  'Pleural effusion',
  'Mosaic attenuation pattern',
  'Peribronchial thickening',
  'Consolidation',
  'Bronchiectasis',
  'Interlobular septal thickening',
] as const;
export type CtRateLabel = (typeof ctRateLabels)[number];

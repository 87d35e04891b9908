import { type Label, named } from './label.js';

/** VinDr-CXR: 22 local labels with boxes, then the global ones. Its files write the rest class both ways. */
export const vindrCxr: readonly Label[] = named({
  'Aortic enlargement': 'aortic enlargement',
  Atelectasis: 'atelectasis',
  Calcification: 'calcification',
  Cardiomegaly: 'cardiomegaly',
  'Clavicle fracture': 'clavicle fracture',
  Consolidation: 'consolidation',
  Edema: 'pulmonary edema',
  Emphysema: 'emphysema',
  'Enlarged PA': 'pulmonary artery enlargement',
  ILD: 'interstitial lung disease',
  Infiltration: 'infiltration',
  'Lung cavity': 'lung cavity',
  'Lung cyst': 'lung cyst',
  'Lung Opacity': 'lung opacity',
  'Mediastinal shift': 'mediastinal shift',
  'Nodule/Mass': 'nodule or mass',
  'Pleural effusion': 'pleural effusion',
  'Pleural thickening': 'pleural thickening',
  Pneumothorax: 'pneumothorax',
  'Pulmonary fibrosis': 'pulmonary fibrosis',
  'Rib fracture': 'rib fracture',
  'Other lesion': undefined,
  COPD: 'chronic obstructive pulmonary disease',
  'Lung tumor': 'lung tumor',
  Pneumonia: 'pneumonia',
  Tuberculosis: 'tuberculosis',
  'Other disease': undefined,
  'Other diseases': undefined,
  'No finding': undefined,
});

/** CheXpert and MIMIC-CXR-JPG: the 14 observations; `Airspace Opacity` is the older name of `Lung Opacity`. */
export const chexpert: readonly Label[] = named({
  'No Finding': undefined,
  'Enlarged Cardiomediastinum': 'enlarged cardiomediastinum',
  Cardiomegaly: 'cardiomegaly',
  'Lung Opacity': 'lung opacity',
  'Airspace Opacity': 'lung opacity',
  'Lung Lesion': 'lung lesion',
  Edema: 'pulmonary edema',
  Consolidation: 'consolidation',
  Pneumonia: 'pneumonia',
  Atelectasis: 'atelectasis',
  Pneumothorax: 'pneumothorax',
  'Pleural Effusion': 'pleural effusion',
  'Pleural Other': 'pleural abnormality',
  Fracture: 'fracture',
  'Support Devices': 'support device',
});

/** NIH ChestX-ray14; its file of boxes writes `Infiltrate`. */
export const nihChestXray14: readonly Label[] = named({
  Atelectasis: 'atelectasis',
  Cardiomegaly: 'cardiomegaly',
  Effusion: 'pleural effusion',
  Infiltration: 'infiltration',
  Infiltrate: 'infiltration',
  Mass: 'mass',
  Nodule: 'nodule',
  Pneumonia: 'pneumonia',
  Pneumothorax: 'pneumothorax',
  Consolidation: 'consolidation',
  Edema: 'pulmonary edema',
  Emphysema: 'emphysema',
  Fibrosis: 'pulmonary fibrosis',
  Pleural_Thickening: 'pleural thickening',
  Hernia: 'hernia',
  'No Finding': undefined,
});

/** CT-RATE: the 18 columns of its label files. */
export const ctRate: readonly Label[] = named({
  'Medical material': 'support device',
  'Arterial wall calcification': 'arterial wall calcification',
  Cardiomegaly: 'cardiomegaly',
  'Pericardial effusion': 'pericardial effusion',
  'Coronary artery wall calcification': 'coronary artery calcification',
  'Hiatal hernia': 'hiatal hernia',
  Lymphadenopathy: 'lymphadenopathy',
  Emphysema: 'emphysema',
  Atelectasis: 'atelectasis',
  'Lung nodule': 'nodule',
  'Lung opacity': 'lung opacity',
  'Pulmonary fibrotic sequela': 'pulmonary fibrosis',
  'Pleural effusion': 'pleural effusion',
  'Mosaic attenuation pattern': 'mosaic attenuation',
  'Peribronchial thickening': 'peribronchial thickening',
  Consolidation: 'consolidation',
  Bronchiectasis: 'bronchiectasis',
  'Interlobular septal thickening': 'interlobular septal thickening',
});

export const lidcIdri: readonly Label[] = named({ nodule: 'nodule' });

/** RibFrac: the values of its masks count instances, all of one class. */
export const ribFrac: readonly Label[] = named({ 'rib fracture': 'rib fracture' });

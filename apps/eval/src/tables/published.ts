/** Figures that the paper prints (Luo et al., VividMed), as facts: where they stand, and what they are. */

/** Table 2: visual question answering. Each row: BLEU-1, ROUGE-1, accuracy on VQA-RAD, SLAKE, VQA-Med. */
export const table2 = {
  datasets: ['VQA-RAD', 'SLAKE', 'VQA-Med'],
  metrics: ['bleu1', 'rouge1', 'judgeAccuracy'],
  systems: {
    InstructBLIP: [0.368, 0.392, 0.428, 0.51, 0.551, 0.558, 0.166, 0.205, 0.222],
    'LLaVA 1.6 (13B)': [0.526, 0.54, 0.558, 0.818, 0.822, 0.828, 0.619, 0.63, 0.614],
    CogVLM: [0.545, 0.559, 0.568, 0.84, 0.843, 0.832, 0.621, 0.631, 0.621],
    'LLaVA-Med 1.5': [0.491, 0.503, 0.529, 0.579, 0.581, 0.559, 0.398, 0.4, 0.391],
    M3D: [0.471, 0.481, 0.497, 0.557, 0.57, 0.544, 0.272, 0.27, 0.263],
    RadFM: [0.541, 0.557, 0.588, 0.784, 0.789, 0.771, 0.519, 0.536, 0.543],
    'VividMed w/o VG': [0.519, 0.533, 0.566, 0.878, 0.882, 0.869, 0.623, 0.633, 0.619],
    VividMed: [0.542, 0.558, 0.568, 0.88, 0.885, 0.873, 0.636, 0.648, 0.637],
  },
} as const;

/** Systems of Table 3, in its order. */
export const table3Systems = ['R2GenGPT', 'M3D', 'RadFM', 'VividMed w/o VG', 'VividMed'] as const;

interface PublishedRow {
  label: string;
  values: readonly (number | null)[];
}

/** Table 3: report generation. Labels are the paper's own. */
export const table3: readonly { readonly dataset: 'MIMIC-CXR' | 'CT-RATE'; readonly rows: readonly PublishedRow[] }[] =
  [
    {
      dataset: 'MIMIC-CXR',
      rows: [
        { label: 'BLEU-4', values: [0.093, 0.049, 0.071, 0.122, 0.12] },
        { label: 'ROUGE-L', values: [0.267, 0.2, 0.253, 0.31, 0.306] },
        { label: 'METEOR', values: [0.31, 0.241, 0.283, 0.361, 0.364] },
        { label: 'Macro CheXpert F1 14', values: [0.295, 0.115, 0.165, 0.346, 0.37] },
        { label: 'Micro CheXpert F1 14', values: [0.44, 0.176, 0.268, 0.507, 0.529] },
        { label: 'Macro CheXpert F1 5', values: [0.453, 0.193, 0.279, 0.494, 0.512] },
        { label: 'Micro CheXpert F1 5', values: [0.522, 0.234, 0.361, 0.579, 0.598] },
        { label: 'Macro CheXpert FNR 14', values: [0.152, 0.199, 0.177, 0.138, 0.133] },
        { label: 'Micro CheXpert FNR 14', values: [0.146, 0.195, 0.178, 0.131, 0.124] },
        { label: 'Macro CheXpert FNR 5', values: [0.218, 0.293, 0.257, 0.19, 0.181] },
        { label: 'Micro CheXpert FNR 5', values: [0.209, 0.285, 0.251, 0.186, 0.175] },
        { label: 'CheXbert Similarity', values: [0.393, 0.251, 0.299, 0.444, 0.445] },
        { label: 'RadGraph F1', values: [0.24, 0.169, 0.182, 0.278, 0.278] },
        { label: 'RadCliQ v1', values: [0.272, 0.504, 0.423, 0.142, 0.142] },
      ],
    },
    {
      dataset: 'CT-RATE',
      rows: [
        { label: 'BLEU-4', values: [null, 0.193, 0.226, 0.24, 0.245] },
        { label: 'ROUGE-L', values: [null, 0.327, 0.352, 0.369, 0.373] },
        { label: 'METEOR', values: [null, 0.343, 0.402, 0.418, 0.419] },
        { label: 'Macro RadBERT F1', values: [null, 0.114, 0.112, 0.264, 0.312] },
        { label: 'Micro RadBERT F1', values: [null, 0.182, 0.215, 0.375, 0.395] },
        { label: 'Macro RadBERT FNR', values: [null, 0.192, 0.184, 0.16, 0.156] },
        { label: 'Micro RadBERT FNR', values: [null, 0.183, 0.176, 0.152, 0.149] },
      ],
    },
  ];

/** Section 4.1: target detection and localisation (its table has no number). */
export const section41 = {
  systems: ['nnU-Net', 'VividMed'],
  rows: [
    { dataset: 'TotalSegmentator', label: 'Dice (%)', values: [84, 70.3] },
    { dataset: 'VinDr-CXR', label: 'Mean ℓ1', values: [null, 0.121] },
    { dataset: 'VinDr-CXR', label: 'Mean GIoU', values: [null, 1.43] },
  ],
} as const;

/** Table 1: what the annotation pipeline made of the reports of two data sets. */
export const table1 = {
  'MIMIC-CXR': { tags: 435_396, regions: 33_114 },
  'CT-RATE': { tags: 346_650, regions: 96_620 },
} as const;

/** Section 4.4: what a radiologist said of grounded reports on 12 cases of MIMIC-CXR. */
export const section44 = {
  reports: 12,
  sentences: 91,
  acceptable: 82,
  corrected: 9,
  criticalOmissions: 6,
  atMostOneCorrection: 8,
  correctFindings: 17,
  wellGrounded: 16,
} as const;

import { paired, structure } from '../rows.js';
import type { Target } from '../target.js';

const brain = { parents: ['brain'] };

/** The brain and its parts, the head and the neck. */
export const head: readonly Target[] = [
  structure('brain', '12738006 Brain'),
  ...paired('cerebral white matter', 'cerebral white matter of both sides', '68523003 Cerebral White Matter', brain),
  ...paired('cerebral cortex', 'cerebral cortices', '40146001 Cerebral cortex', brain),
  ...paired('cerebral hemisphere', 'cerebral hemispheres', '372073000 Cerebral hemisphere', brain),
  structure('cerebellum', '113305005 Cerebellum', brain),
  ...paired('cerebellar white matter', 'cerebellar white matter of both sides', '33060004 Cerebellar white matter', {
    parents: ['cerebellum'],
    synonyms: [['cerebellum white matter', 'cerebellum white matter of both sides']],
  }),
  ...paired('cerebellar cortex', 'cerebellar cortices', '25991003 Cerebellar Cortex', {
    parents: ['cerebellum'],
    synonyms: [['cerebellum cortex', 'cerebellum cortices']],
  }),
  ...paired('temporal lobe', 'temporal lobes', '78277001 Temporal lobe', brain),
  ...paired('lateral ventricle', 'lateral ventricles', '66720007 Lateral ventricle', brain),
  ...paired(
    'inferior lateral ventricle',
    'inferior lateral ventricles',
    '53118009 Inferior Horn of Lateral Ventricle',
    {
      parents: ['lateral ventricles'],
      synonyms: [['temporal horn', 'temporal horns']],
    },
  ),
  structure('third ventricle', '49841001 Third ventricle', { ...brain, synonyms: ['3rd ventricle'] }),
  structure('fourth ventricle', '35918002 Fourth ventricle', { ...brain, synonyms: ['4th ventricle'] }),
  structure('brain stem', '119238007 Brain stem', { ...brain, synonyms: ['brainstem'] }),
  structure('cerebrospinal fluid', '65216001 Cerebrospinal Fluid', { synonyms: ['csf'] }),
  ...paired('thalamus', 'thalami', '42695009 Thalamus', brain),
  ...paired('caudate', 'caudates', '11000004 Caudate nucleus', {
    ...brain,
    synonyms: [['caudate nucleus', 'caudate nuclei']],
  }),
  ...paired('putamen', 'putamina', '89278009 Putamen', brain),
  ...paired('pallidum', 'pallida', '14738005 Globus pallidus', {
    ...brain,
    synonyms: [['globus pallidus', 'globi pallidi']],
  }),
  ...paired('hippocampus', 'hippocampi', '5366008 Hippocampus', brain),
  structure('anterior hippocampus', undefined, { parents: ['hippocampi'], synonyms: ['hippocampal head'] }),
  structure('posterior hippocampus', undefined, { parents: ['hippocampi'], synonyms: ['hippocampal body and tail'] }),
  ...paired('amygdala', 'amygdalae', '4958002 Amygdala', brain),
  ...paired('nucleus accumbens', 'nuclei accumbentes', '427667007 Nucleus accumbens', {
    ...brain,
    synonyms: [
      ['accumbens area', 'accumbens areas'],
      ['accumbens', 'accumbentes'],
    ],
  }),
  ...paired('ventral diencephalon', 'ventral diencephalon of both sides', undefined, {
    ...brain,
    synonyms: [['ventral dc', 'ventral dc of both sides']],
  }),
  ...paired('choroid plexus', 'choroid plexuses', '80621003 Structure of choroid plexus', brain),
  structure('corpus callosum', '88442005 Corpus callosum', brain),
  structure('optic chiasm', '244453006 Optic chiasm'),
  ...paired('optic nerve', 'optic nerves', '18234004 optic nerve'),
  structure('pituitary gland', '56329008 Pituitary', { synonyms: ['pituitary'] }),
  ...paired('eye', 'eyes', '81745001 Eye', { synonyms: [['eyeball', 'eyeballs']] }),
  ...paired('eye anterior segment', 'eye anterior segments', undefined, {
    parents: ['eyes'],
    synonyms: [['anterior segment of the eye', 'anterior segments of the eyes']],
  }),
  ...paired('eye posterior segment', 'eye posterior segments', undefined, {
    parents: ['eyes'],
    synonyms: [['posterior segment of the eye', 'posterior segments of the eyes']],
  }),
  ...paired('eye lens', 'eye lenses', '78076003 Lens'),
  ...paired('parotid gland', 'parotid glands', '45289007 Parotid gland', { synonyms: [['parotid', 'parotids']] }),
  ...paired('submandibular gland', 'submandibular glands', '54019009 Submandibular gland'),
  structure('face', '89545001 Face'),
  structure('oral cavity', '74262004 oral cavity', { synonyms: ['mouth'] }),
  structure('pharynx', '54066008 Pharynx'),
  structure('pharyngeal constrictor muscles', undefined, {
    parents: ['pharynx'],
    synonyms: ['pharyngeal constrictor', 'pharyngeal constrictors'],
  }),
  structure('cricopharyngeal inlet', undefined, { synonyms: ['cricopharyngeus'] }),
  structure('larynx', '4596009 Larynx'),
  structure('glottis', '1307006 glottis', { parents: ['larynx'] }),
  structure('supraglottis', '119255006 supraglottis', { parents: ['larynx'], synonyms: ['supraglottic larynx'] }),
  structure('arytenoid cartilages', undefined, {
    parents: ['larynx'],
    synonyms: ['arytenoid cartilage', 'arytenoids', 'arytenoid'],
  }),
  structure('buccal mucosa', '16811007 buccal mucosa'),
  structure('lips', '48477009 lip', { synonyms: ['lip'] }),
  ...paired('lacrimal gland', 'lacrimal glands', '13561001 Lacrimal gland'),
  ...paired('middle ear', 'middle ears', '25342003 Middle ear'),
  ...paired('tympanic cavity', 'tympanic cavities', undefined, { parents: ['middle ears'] }),
  ...paired('cochlea', 'cochleae'),
  ...paired('semicircular canal', 'semicircular canals'),
  ...paired('internal auditory canal', 'internal auditory canals', undefined, {
    synonyms: [['internal acoustic canal', 'internal acoustic canals']],
  }),
  ...paired('eustachian tube', 'eustachian tubes', undefined, { synonyms: [['auditory tube', 'auditory tubes']] }),
];

/**
 * Questions, in our words. `{}` stands for a name or a list of names, `{be}` for is or are, `{image}` for a word that means
 * the image. A name has no article of its own in a list; alone it comes as `the left kidney` or `any nodule`.
 */
export type Wordings = readonly string[];

/** Is this one target there? The answer repeats its name. */
export const presenceOne: Wordings = [
  'does this {image} show {}?',
  'can you find {} in this {image}?',
  'look for {} in this {image}.',
  '{be} {} visible in this {image}?',
  'check this {image} for {}.',
  'do you see {} in this {image}?',
  'tell me whether {} can be seen in this {image}.',
  'search this {image} for {}.',
  'determine whether this {image} shows {}.',
  'find out if {} {be} visible here.',
  'could you see whether {} {be} shown in this {image}?',
  'say whether this {image} contains {}.',
  'would you look for {} here?',
  'I would like to know whether {} {be} in this {image}.',
];

/** Which of these targets are there? The answer repeats their names. */
export const presenceMany: Wordings = [
  'which of these does this {image} show: {}?',
  'go through this list and compare it with the {image}: {}.',
  'look for the following in this {image}: {}.',
  'can any of these be seen in this {image}: {}?',
  'here is a list of targets to look for in this {image}: {}.',
  'tell me which of the following are visible: {}.',
  'check this {image} for each of these: {}.',
  'for every item of this list, decide if the {image} shows it: {}.',
  'what of the following can you find in this {image}: {}?',
  'search this {image} for these targets: {}.',
  'I am interested in the following: {}. Which of them does this {image} contain?',
  'these may or may not be in this {image}: {}. Look for each.',
  'please examine this {image} with regard to {}.',
  'decide which of these targets are present: {}.',
];

/** Says how the answer of a presence question looks, so that it is told from one that wants a bare yes or no. */
export const presenceForm = {
  one: 'Answer with the name and yes or no.',
  many: 'Answer with each name and yes or no.',
} as const;

/** Is this one abnormality there? The answer is yes or no alone. */
export const abnormality: Wordings = [
  '{be} there {} in this {image}?',
  'does this {image} show {}, yes or no?',
  '{be} {} present?',
  'yes or no: does the patient have {}?',
  'have you noticed {} in this {image}?',
  'would you say that there {be} {}?',
  'looking at this {image}, {be} there {}?',
  '{be} {} to be seen here, yes or no?',
  'can {} be identified in this {image}?',
  'does anything in this {image} suggest {}?',
  'is this {image} suspicious for {}?',
  'does this {image} give evidence of {}?',
  'yes or no: {be} there {} here?',
];

export const modality: Wordings = [
  'name the modality of this {image}.',
  'which imaging technique made this {image}?',
  'what kind of imaging is this?',
  'how was this {image} acquired?',
  'by which modality was this {image} made?',
  'which type of scanner or device gave this {image}?',
  'what is the imaging modality?',
  'tell me the modality of this {image}.',
  'identify the technique behind this {image}.',
  'can you say which modality this is?',
  'what sort of medical image am I looking at?',
  'please state the modality.',
  'this {image} was taken with which technique?',
];

export const plane: Wordings = [
  'name the plane of this {image}.',
  'which plane does this {image} show?',
  'in what view was this {image} taken?',
  'what is the viewing plane?',
  'tell me the orientation of this {image}.',
  'from which direction is the body seen here?',
  'which view of the patient is this?',
  'can you identify the plane of this {image}?',
  'along which plane was this {image} made?',
  'please state the view.',
  'how is this {image} oriented?',
  'what projection or plane is used here?',
  'this {image} is taken in which plane?',
];

export const caption: Wordings = [
  'write a caption for this {image}.',
  'describe this {image} in a sentence or two.',
  'what would the legend of this figure say?',
  'summarise what is seen here in brief.',
  'give this {image} a short description.',
  'how would you caption this {image} in an article?',
  'in a few words, what does this {image} show?',
  'please caption this {image}.',
  'provide a concise description of the {image}.',
  'state briefly what this {image} depicts.',
  'compose a figure legend for this {image}.',
  'tell me shortly what can be seen.',
];

/** For a report of findings and impression; the first is the fixed wording for evaluation. */
export const report: Wordings = [
  'Write a report of this image.',
  'please report this {image}.',
  'describe the findings and give an impression.',
  'what does this {image} show? Write a full report.',
  'give the findings and the impression of this {image}.',
  'draft a radiology report for this {image}.',
  'interpret this {image} as a radiologist would, in a report.',
  'I need a complete report of this {image}.',
  'compose a report with findings and impression.',
  'report what you see, then sum it up in an impression.',
  'could you write the report for this {image}?',
  'prepare a structured report: first findings, then impression.',
  'read this {image} and dictate the report.',
];

export const findings: Wordings = [
  'describe the findings of this {image}.',
  'what are the findings?',
  'write the findings section for this {image}.',
  'list what you observe in this {image}.',
  'go through this {image} and describe what is seen.',
  'give a detailed account of the findings.',
  'which findings does this {image} have?',
  'please describe in detail what this {image} shows.',
  'what do you observe here?',
  'dictate the findings, without an impression.',
  'report the observations of this {image}.',
  'tell me everything of note in this {image}.',
];

export const impression: Wordings = [
  'what is your impression of this {image}?',
  'give the impression only.',
  'sum up this {image} as the impression of a report.',
  'what do you conclude from this {image}?',
  'write the impression section for this {image}.',
  'state the diagnostic conclusion.',
  'in short, what is the result of this {image}?',
  'please give a brief diagnostic summary.',
  'how would you conclude the report of this {image}?',
  'what is the overall assessment?',
  'tell me the bottom line of this {image}.',
  'formulate an impression.',
];

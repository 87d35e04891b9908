import { createRng } from '@vividmed/core';
import {
  abnormalityQuestion,
  type AnatomyName,
  type Case,
  type FindingName,
  findingNames,
  isFinding,
  labelReport,
  modalityQuestion,
  planeQuestion,
  type Question,
  reportQuestions,
  reportText,
} from '@vividmed/datasets';
import { answerAccuracy, bleu, boxIou, classificationF1, dice } from '@vividmed/metrics';
import type { ImageReader, Reading, ReadPhrase } from '@vividmed/inference';

export interface TextScores {
  /** Macro F1 of the findings that generated reports state, over the findings that occur. */
  findingF1: number;
  f1: Record<string, number>;
  /** Corpus BLEU-4 of reports against the written ones. */
  bleu4: number;
  /** Share of grounded phrases whose region is that of what they name. */
  groundedShare: number;
  /** Share of questions answered right, and per kind. */
  vqaAccuracy: number;
  vqa: Record<string, number>;
  /** Reports in the order of the cases. */
  readings: Reading[];
  answers: { question: string; answer: string; truth: string; caseId: string }[];
}

/** Whether a phrase's mask or any of its boxes covers what it names: Dice or IoU of at least one half. */
export function hits(phrase: ReadPhrase, subject: Case): boolean {
  const { target } = phrase;
  if (!target || !phrase.found) return false;
  if (!isFinding(target.name)) {
    const truth = subject.masks[target.name as AnatomyName];
    return truth !== undefined && dice(phrase.mask, truth) >= 0.5;
  }
  const truths = subject.boxes[target.name as FindingName];
  return truths.some((truth) => phrase.boxes.some(({ box }) => boxIou(box, truth) >= 0.5));
}

/** Reports and answers of a model on cases it never saw. */
export async function scoreText(reader: ImageReader, cases: readonly Case[], seed: number): Promise<TextScores> {
  const readings = await reader.read(
    cases.map(({ volume }) => ({ volume, question: reportQuestions[0] })),
    { grounded: true },
  );
  const labelled = readings.map(({ text }) => labelReport(text));
  const truth = cases.map(
    ({ boxes }) =>
      Object.fromEntries(findingNames.map((name) => [name, boxes[name].length > 0])) as Record<FindingName, boolean>,
  );
  const f1 = classificationF1(labelled, truth, findingNames);
  const phrases = readings.flatMap((reading, i) => reading.phrases.map((phrase) => hits(phrase, cases[i]!)));

  const asked = cases.flatMap((subject): { subject: Case; question: Question }[] => {
    const rng = createRng(seed).fork(subject.id);
    const first = abnormalityQuestion(subject, rng);
    const second = abnormalityQuestion(subject, rng, new Set(first.target ? [first.target] : []));
    return [modalityQuestion(subject, rng), planeQuestion(subject, rng), first, second].map((question) => ({
      subject,
      question,
    }));
  });
  const answers = await reader.read(
    asked.map(({ subject, question }) => ({ volume: subject.volume, question: question.question })),
    { grounded: false, maxNewTokens: 12 },
  );
  const accuracyOf = (kind?: Question['kind']): number => {
    const chosen = asked
      .map(({ question }, i) => ({ question, said: answers[i]!.text }))
      .filter(({ question }) => !kind || question.kind === kind);
    return answerAccuracy(
      chosen.map(({ said }) => said),
      chosen.map(({ question }) => question.answer),
    );
  };
  return {
    findingF1: f1.macroF1,
    f1: Object.fromEntries(findingNames.map((name) => [name, f1.labels[name].f1])),
    bleu4: bleu(
      readings.map(({ text }) => text),
      cases.map(({ report }) => reportText(report)),
    ),
    groundedShare: phrases.length === 0 ? 0 : phrases.filter(Boolean).length / phrases.length,
    vqaAccuracy: accuracyOf(),
    vqa: { modality: accuracyOf('modality'), plane: accuracyOf('plane'), abnormality: accuracyOf('abnormality') },
    readings,
    answers: asked.map(({ subject, question }, i) => ({
      caseId: subject.id,
      question: question.question,
      answer: answers[i]!.text,
      truth: question.answer,
    })),
  };
}

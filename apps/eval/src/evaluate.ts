import { applyAssignments, type CommandContext, startEngine } from '@vividmed/command';
import { check } from '@vividmed/core';
import { readJson, writeAtomic } from '@vividmed/core/node';
import { wordNetSynonyms } from '@vividmed/metrics/wordnet';
import { collectPredictions } from './collect-predictions.js';
import { type EvalConfig, parseEvalConfig } from './config.js';
import { evaluationFiles, settleFolder } from './folder.js';
import { judgeAnswers } from './judge.js';
import { renderJudgementPage } from './judgements/page.js';
import { renderResults } from './pages/results.js';
import { readPredictions } from './predict/read-predictions.js';
import { readReferences } from './samples/references.js';
import { collect } from './score/collect.js';
import { scoreSets } from './score/score.js';
import type { ScoredSet } from './score/scored-set.js';
import { readScores, writeScores } from './score/stored-scores.js';
import { chooseCases, withoutVerdicts } from './shown.js';
import { openSources } from './sources.js';
import { paperTables } from './tables/build.js';
import { statisticsTable } from './tables/statistics.js';
import { csvTables, latexTable, markdownTable } from './tables/text.js';

/** The file of a config that goes by its name: `phantom` is `configs/eval/phantom.json`. */
const fileOf = (path: string): string => (/^[a-z0-9-]+$/.test(path) ? `configs/eval/${path}.json` : path);

function readEvalConfig({ config: path, set, seed }: CommandContext['options']): EvalConfig {
  check(path !== undefined, 'config', 'eval: expected --config FILE, found none.', 'For example --config phantom');
  const file = fileOf(path);
  const value = applyAssignments(readJson(file, 'config'), set) as Record<string, unknown>;
  return parseEvalConfig(seed === undefined ? value : { ...value, seed }, file);
}

/** How intervals are drawn; resamples that are not named are left to the metrics. */
function bootstrapOf({ resamples, ...given }: NonNullable<EvalConfig['interval']>, seed: number) {
  return { ...given, seed, ...(resamples === undefined ? {} : { resamples }) };
}

/** Writes the figures of every task as JSON lines, one a metric. */
function tellResults(sets: readonly ScoredSet[], result: CommandContext['result']): void {
  for (const { dataset, task, scores } of sets)
    for (const { results } of Object.values(scores))
      for (const { perSample: _, ...figure } of results) result({ dataset, task, ...figure });
}

/** `pnpm eval`: what a model, or a file of predictions, reaches on the sets of a config, as tables and pages. */
export async function evaluate(context: CommandContext): Promise<void> {
  const { options, log, result, signal } = context;
  const config = readEvalConfig(options);
  if (options.printConfig) return result(config);
  const folder = options.out ?? `runs/eval/${config.name}`;
  const files = evaluationFiles(folder);
  const sources = await openSources(config);
  settleFolder(folder, config);
  if (!(await collectPredictions(config, sources, files, context)) || signal.aborted) return;

  const predictions = await collect(readPredictions(files.predictions));
  const references = await collect(readReferences(files.references));
  const { profiles, missing, interval, judge, weights, wordnet, seed, system } = config;
  const needsEngine = config.predictions !== null && Object.keys(weights).length > 0;
  if (needsEngine) await startEngine({ options, log });
  const verdicts = judge
    ? await judgeAnswers(judge, predictions, references, { file: files.verdicts, signal })
    : undefined;
  const sets = await scoreSets(predictions, references, {
    profiles,
    missing,
    perSample: true,
    verdicts,
    weights,
    ...(wordnet === null ? {} : { synonyms: wordNetSynonyms(wordnet) }),
    ...(interval ? { interval: bootstrapOf(interval, seed) } : {}),
  });
  writeScores(files.scores, sets);
  tellResults(sets, result);

  const others = config.besides.map((other) => ({
    name: other.system,
    sets: readScores(evaluationFiles(other.folder).scores),
  }));
  const tables = [...paperTables([...others, { name: system, sets }]), statisticsTable(references)];
  writeAtomic(files.markdown, tables.map(markdownTable).join('\n'));
  writeAtomic(files.csv, csvTables(tables));
  writeAtomic(files.latex, tables.map(latexTable).join('\n'));
  const isDrawn = config.sets.every(({ dataset }) => dataset === 'phantom');
  const notice = `${isDrawn ? 'A demonstration on drawn images. ' : ''}Not for clinical use.`;
  const { cases: numCases, judged } = config;
  const cases = await chooseCases(sources, predictions, references, { seed, count: Math.max(numCases, judged) });
  const toJudge = cases.slice(0, judged).map(withoutVerdicts);
  if (toJudge.length > 0) writeAtomic(files.judgements, renderJudgementPage('Judge the reports', notice, toJudge));
  const page = renderResults({
    title: `Evaluation: ${config.name}`,
    summary: `${system} beside the figures that the VividMed paper prints. Each row names its data set; figures of different data sets do not compare.`,
    notice,
    tables,
    sets,
    cases: cases.slice(0, numCases),
    ...(toJudge.length > 0 ? { judgementFile: 'judge.html' } : {}),
  });
  writeAtomic(files.page, page);
  log(
    `tables and pages are in ${folder}: index.html, tables.md, tables.csv, tables.tex${toJudge.length > 0 ? ', judge.html' : ''}`,
  );
}

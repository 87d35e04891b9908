/** No sentence of a report is longer; without a bound a hostile text would take for ever. */
const longestClause = /.{1,600}(?: |$)/g;

/** Marks that end a sentence; points inside numbers do not. */
const sentenceEnd = /(?<![.!?])[.!?]+(?=\s|$)|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)]))|:\s*\n/;

/** Words after which a negation or a doubt no longer holds. */
const clauseEnd =
  /;|\b(?:but|however|although|though|whereas|while|except(?: for)?|other than|apart from|aside from|with the exception of|nevertheless|otherwise|yet(?= (?:there|the|a)\b))\b/;

/**
 * The clauses of a text, in lower case, without hyphens and slashes, with single spaces: the stretches that a negation can
 * speak of.
 */
export const clausesOf = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll('\r', '')
    .split(sentenceEnd)
    .flatMap((sentence) => sentence.split(clauseEnd))
    .map((clause) =>
      clause
        .replaceAll(/(?<=[a-z])[-/](?=[a-z])/g, ' ')
        .replaceAll(/['’]/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .flatMap((clause) => clause.match(longestClause) ?? [])
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '');

/** What the page of a run needs beside the style of all pages: bars of figures, loss curves, commands. */
export const runStyle = `
.curve{background:var(--card);border:1px solid var(--line);border-radius:14px}
.bar{width:160px;height:14px;display:block}
.bar .track{stroke:var(--line);stroke-width:6;stroke-linecap:round}
.bar .value{stroke:var(--accent);stroke-width:6;stroke-linecap:round}
.bar .before{fill:var(--card);stroke:var(--muted);stroke-width:1.8}
.bar .target{stroke:var(--text);stroke-width:2}
.curve.key{grid-column:1/-1}
.key ul{list-style:none;margin:0 0 12px;padding:0;display:flex;flex-wrap:wrap;gap:10px 28px;font-size:.9rem;line-height:1.4}
.key li{padding-left:34px;position:relative}.key li span{display:block;color:var(--muted);font-size:.84rem}
.key .line{position:absolute;left:0;top:.62em}
.line{display:inline-block;width:22px;height:3px;border-radius:2px}
.line.s0{background:var(--s0)}.line.s1{background:var(--s1)}.line.s2{background:var(--s2)}.line.s3{background:var(--s3)}
.curves{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,262px),1fr));gap:14px}
.curve{margin:0;padding:12px 14px 8px}
.curve figcaption{font-size:.9rem;margin-bottom:4px}
.curve figcaption span{display:block;color:var(--muted);font-size:.82rem;line-height:1.3}
.curve svg{display:block;width:100%;height:auto;font-size:10.5px;fill:var(--muted)}
.curve .ground{fill:var(--paper)}.curve .grid{stroke:var(--line);stroke-width:1;fill:none}
.curve .raw,.curve .mean{fill:none;stroke-linejoin:round}.curve .raw{stroke-width:1;opacity:.38}.curve .mean{stroke-width:2}
.curve path.s0{stroke:var(--s0)}.curve path.s1{stroke:var(--s1)}.curve path.s2{stroke:var(--s2)}.curve path.s3{stroke:var(--s3)}
.curve .stage{font-weight:700}
.curve .none{padding:40px 0;text-align:center;color:var(--muted)}
.commands{display:grid;gap:12px;margin:16px 0 0}
.commands dt{color:var(--muted);font-size:.92rem}
.commands dd{margin:2px 0 0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:9px 14px}
@media (max-width:760px){.figures .draw,.bar-key{display:none}}
@media print{.curve{break-inside:avoid}}
`;

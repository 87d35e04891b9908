import { palette } from './palette.js';

const colours = (shade: 'ink' | 'bright'): string =>
  palette.map((colour, i) => `.c${i}{--c:${colour[shade]}}`).join('');

/** The style sheet that all pages share. No fonts are fetched; phones, desktops, light and dark are served. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--text:#171b21;--muted:#545d69;--line:#dfe3e8;--accent:#0b63a5;
--good:#0a6b45;--bad:#a3261b;--s0:#0072b2;--s1:#b35900;--s2:#00795a;--s3:#a1467f;--tint:16%}
${colours('ink')}
@media (prefers-color-scheme:dark){:root{--paper:#0f1216;--card:#171b21;--text:#e8ebef;--muted:#a3adb9;--line:#2b323b;
--accent:#7cc4ff;--good:#5fd3a0;--bad:#ff9a8b;--s0:#62c8f5;--s1:#f5a400;--s2:#3fc79a;--s3:#e79ac6;--tint:20%}${colours('bright')}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--text);font:16px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 20px}
header{padding-top:44px}
h1{font-size:clamp(1.8rem,4.5vw,2.7rem);line-height:1.15;letter-spacing:-.02em;margin:0 0 12px;text-wrap:balance}
h2{font-size:1.4rem;letter-spacing:-.01em;margin:0 0 4px}
h3{font-size:1rem;margin:0 0 12px}
h4{font-size:.78rem;font-weight:600;color:var(--muted);margin:0 0 8px}
h1,h2,h3,h4,p,td,th,dd,li,code,.source{overflow-wrap:anywhere}
p{margin:0}
section{margin-top:52px}
.lead{font-size:1.1rem;max-width:64ch;color:var(--muted)}
.intro{max-width:70ch;color:var(--muted);margin-bottom:18px}
.muted{color:var(--muted)}.small{font-size:.85rem}
.notice{display:inline-block;margin-top:18px;padding:5px 14px;border:1px solid var(--bad);border-radius:16px;color:var(--bad);font-size:.9rem;font-weight:600;line-height:1.4}
.facts{display:flex;flex-wrap:wrap;gap:14px 36px;margin:26px 0 0;padding:18px 0;border-block:1px solid var(--line)}
.facts dt{font-size:.8rem;color:var(--muted)}
.facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
.case{background:var(--card);border:1px solid var(--line);border-radius:14px}
.case{padding:20px;margin-top:20px;transition:border-color .2s}
.columns{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:24px}
.reals{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:20px;align-items:start}
.reals .case{margin:0;max-width:560px}
.real h4{display:none}
.panels{display:grid;gap:3px;background:#05070a;border-radius:10px;overflow:hidden}
.panels.many{grid-template-columns:1fr 1fr}
.panels svg{display:block;width:100%;height:auto;max-height:560px;font-family:inherit}
.panels.many svg{max-height:none}
.region{cursor:pointer;transition:opacity .15s}
.region.repeated{display:none}
.report{margin-top:14px;white-space:pre-line;line-height:1.95;unicode-bidi:isolate}
.phrase{cursor:pointer;border-radius:5px;padding:2px 3px 1px;background:color-mix(in srgb,var(--c) var(--tint),transparent);border-bottom:2.5px solid var(--c);
-webkit-box-decoration-break:clone;box-decoration-break:clone;transition:background .15s,opacity .15s}
.phrase.again{border-bottom-style:dashed}
.phrase sup{font-size:.68em;font-weight:700;line-height:0;margin-left:2px;color:var(--text)}
.phrase.absent{background:none;border:1.5px dashed var(--c);padding:1px 4px 0}
.phrase:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.verdict{font-weight:700;white-space:nowrap}.phrase .verdict{margin-left:3px;font-size:.85em}
.right{color:var(--good)}.wrong{color:var(--bad)}
.case.chosen .region:not(.on){opacity:.1}
.case.chosen .region.repeated.on{display:inline}
.case.chosen .phrase:not(.on){opacity:.5}
.case.chosen .phrase.on{background:color-mix(in srgb,var(--c) 38%,transparent)}
body:has(#plain:checked) .overlay{display:none}
.source{margin-top:14px;padding-top:10px;border-top:1px solid var(--line);font-size:.82rem;color:var(--muted)}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;align-items:center;font-size:.88rem;color:var(--muted);list-style:none;padding:0;margin:0}
.legend .phrase{cursor:default;color:var(--text)}
.legend label{cursor:pointer;display:inline-flex;gap:7px;align-items:center;color:var(--text)}
.figures{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);border-radius:14px;border-spacing:0;font-variant-numeric:tabular-nums;margin-bottom:8px}
.figures th,.figures td{padding:10px 14px;text-align:right;border-bottom:1px solid var(--line);font-weight:400;white-space:nowrap}
.figures thead th{font-size:.82rem;color:var(--muted)}
.figures th:first-child{text-align:left;white-space:normal;font-weight:500}
.figures tbody tr:last-child>*{border-bottom:0}
.figures .strong{font-weight:700}
code{font:.88rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace;white-space:pre-wrap}
footer{margin-top:56px;padding-top:20px;padding-bottom:44px;border-top:1px solid var(--line);font-size:.9rem;color:var(--muted)}
footer strong{color:var(--text)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media (max-width:760px){
main,header,footer{padding-inline:14px}header{padding-top:30px}section{margin-top:40px}.case{padding:14px}
.columns{grid-template-columns:minmax(0,1fr)}
.figures,.figures tbody{display:block}.figures thead{display:none}
.figures tr{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:2px 6px;padding:12px 14px;border-bottom:1px solid var(--line)}
.figures tbody tr:last-child{border-bottom:0}
.figures th,.figures td{display:block;border:0;padding:0;text-align:left}
.figures th:first-child{grid-column:1/-1}
.figures td[data-label]::before{content:attr(data-label);display:block;font-size:.76rem;font-weight:400;color:var(--muted)}
}
@media (prefers-reduced-motion:reduce){*{transition:none!important;scroll-behavior:auto!important}}
@media print{.case{break-inside:avoid}}
`;

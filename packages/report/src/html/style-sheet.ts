/**
 * The style sheet of the report. The page's content security policy names it by {@link styleHash} and allows no other
 * style, script or request, so a change here needs the new hash there; a test compares the two.
 */
export const styleSheet: string = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --text: #1c2330; --soft: #5a6577; --line: #d9dee6; --link: #1f5fbf;
  --act: #b42318; --attend: #9a5b00; --trackstar: #0b6a88; --track: #5a6577; --good: #1f7a3d; --shade: #eef1f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a202a; --text: #e6eaf1; --soft: #9aa6b8; --line: #303948; --link: #8ab4ff;
    --act: #ff8a80; --attend: #ffc36b; --trackstar: #6fd0ec; --track: #9aa6b8; --good: #7fd79b; --shade: #222a36;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.15rem; margin: 0; color: var(--soft); font-weight: 600; letter-spacing: .01em; }
h2 { font-size: 1.3rem; margin: 2.75rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .35rem; }
p { margin: .35rem 0; }
a { color: var(--link); }
code, .id { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.soft { color: var(--soft); }
.headline { font-size: 1.6rem; line-height: 1.3; font-weight: 650; margin: .75rem 0 1rem; max-width: 60ch; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.1rem 1.25rem; margin: 0 0 1rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: .25rem 0 0; padding: 0; list-style: none; }
.counts b { display: block; font-size: 1.35rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.badge { display: inline-block; border: 1px solid currentcolor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; font-weight: 650; white-space: nowrap; }
td .could { display: block; }
.could { color: var(--soft); font-size: .82rem; white-space: nowrap; }
.act { color: var(--act); } .attend { color: var(--attend); } .trackstar { color: var(--trackstar); } .track { color: var(--track); }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; font-size: .92rem; overflow-wrap: break-word; }
th, td { text-align: left; vertical-align: top; padding: .55rem .7rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-size: .8rem; font-weight: 600; white-space: nowrap; }
.once { white-space: nowrap; }
.most { width: 40%; }
.scopes { min-width: 8.5rem; }
.long { min-width: 7rem; overflow-wrap: anywhere; }
.who { min-width: 14rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
ol.path { list-style: none; margin: .75rem 0 0; padding: 0; counter-reset: hop; }
ol.path > li { counter-increment: hop; position: relative; padding: 0 0 1rem 2.4rem; }
ol.path > li::before { content: counter(hop); position: absolute; left: 0; top: .1rem; width: 1.6rem; height: 1.6rem; border-radius: 50%; background: var(--shade); text-align: center; line-height: 1.6rem; font-size: .85rem; font-weight: 600; }
ol.path > li:not(:last-child)::after { content: ""; position: absolute; left: .78rem; top: 1.9rem; bottom: .1rem; border-left: 2px solid var(--line); }
ul.evidence { margin: .3rem 0 0; padding: 0 0 0 1rem; color: var(--soft); font-size: .9rem; }
ul.plain { margin: 0; padding: 0 0 0 1.1rem; }
.open { color: var(--attend); font-size: .85rem; font-weight: 600; }
details { margin: .6rem 0 0; }
summary { cursor: pointer; color: var(--link); }
figure { margin: 1rem 0 0; overflow-x: auto; }
figure svg { display: block; }
svg.fitting { max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .85rem; margin-top: .4rem; }
td .why { display: block; color: var(--soft); }
svg text { fill: var(--text); font: 13px system-ui, sans-serif; }
svg .kind { fill: var(--soft); font-size: 11px; }
svg rect { fill: var(--shade); stroke: var(--line); stroke-width: 1.5; }
svg .admin rect { stroke: var(--act); }
svg .maybe rect { stroke-dasharray: 5 4; }
svg path { fill: none; stroke: var(--soft); stroke-width: 1.5; }
svg path.maybe { stroke-dasharray: 5 4; }
@media (max-width: 56rem) {
  main { padding: 1.25rem .9rem 3rem; }
  .headline { font-size: 1.3rem; }
  figure { display: none; }
  table, tbody, tr, td { display: block; width: 100%; }
  thead { display: none; }
  table { overflow-wrap: anywhere; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  tr:first-child { border-top: 0; }
  .scopes, .long, .who { min-width: 0; }
  td, td.number { border: 0; padding: .15rem .8rem; text-align: left; white-space: normal; }
  td.once, td.number { display: inline-block; width: auto; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); font-size: .85rem; }
}
@media print {
  :root { --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --shade: #f2f2f2; --link: #000; --act: #8a1a12; --attend: #6b3f00; --trackstar: #064f66; --track: #444; }
  body { font-size: 11pt; }
  main { max-width: none; padding: 0; }
  .card, tr, ol.path > li { break-inside: avoid; }
  figure { overflow: visible; }
}
`;

/** SHA-256 of {@link styleSheet} as a content security policy names it. */
export const styleHash: string = 'sha256-efc7NCapI1QYWfUSqckPDDIbvmLkbRECh1SYxEQD9kQ=';

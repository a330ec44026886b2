/** Output formats for the results of `@keyreach/core`: pure functions from a result to text. */
export { type HtmlReportOptions, htmlReport } from './html/html-report.ts';
export { type AnalysisPageOptions, analysisPage } from './terminal/analysis-page.ts';
export { type Paint, type Palette, plainPalette } from './terminal/paint.ts';
export type { PathDetail } from './terminal/path-section.ts';
export { type RadiusPageOptions, radiusPage } from './terminal/radius-page.ts';
export { rightSizedBindingsPage } from './terminal/right-sized-bindings-page.ts';
export { rightSizedPage } from './terminal/right-sized-page.ts';
export type { TerminalView } from './terminal/terminal-page.ts';
export { type UnusedPageOptions, unusedPage } from './terminal/unused-page.ts';
export { type VerdictAnswer, type VerdictPageOptions, verdictPage } from './terminal/verdict-page.ts';
export { type WhoCanAnswer, whoCanPage } from './terminal/who-can-page.ts';
export { boundText, countText } from './words/bound-text.ts';
export { type Label, type Labels, labelsOfAnalysis, labelsOfGraph, labelText } from './words/labels.ts';
export { printable } from './words/printable.ts';

export type { SourceFile } from "@/lib/formats/source-file";
export { type ImportSummary, importFiles } from "./at-once";
export type { ImportFormat } from "./batches";
export { forecastImport } from "./forecast";
export { importFormatOf } from "./format-names";
export { importOf, importsOf, itemsOf } from "./listing";
export { previewImport } from "./preview";
export { resumeImport } from "./resume";
export { receiveImport } from "./upload";

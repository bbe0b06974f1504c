export { type ImportSummary, importFiles, type RejectedItem } from "./direct";
export { type ImportDetail, importOf, importsOf, itemsOf, progressOf } from "./listing";
export { importFormatOf } from "./names";
export { type Preview, type PreviewedArticle, previewImport } from "./preview";
export type { ImportFormat } from "./reading";
export { type Received, receiveImport } from "./upload";

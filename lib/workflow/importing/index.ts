export { type ImportSummary, importFiles } from "./direct";
export { importOf, importsOf, itemsOf, progressOf } from "./listing";
export { importFormatOf } from "./names";
export { previewImport } from "./preview";
export type { ImportFormat } from "./reading";
export { receiveImport } from "./upload";

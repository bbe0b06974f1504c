// What there is to see once a span is selected, in one piece that is loaded on demand.
export { AttributeStrip, knownValuesOf } from "./attribute-strip";
export { BelowText } from "./below-text";
export { RelationArrows } from "./relation-arrows";
export { SpanForm } from "./span-form";

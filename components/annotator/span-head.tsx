import { IconButton } from "@/components/ui/icon-button";
import { LabelBadge } from "@/components/ui/label-badge";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { appearanceOf } from "@/lib/annotator/label-appearance";
import { excerpt, type Span } from "@/lib/domain/span";
import type { SyncedAnnotator } from "./use-annotator";

/** What the selected span covers, and a way to deselect it. */
export function SpanHead({ annotator, span }: { annotator: SyncedAnnotator; span: Span }) {
  return (
    <div className="flex items-start gap-2">
      <p className="line-clamp-3 min-w-0 grow font-reading" dir="auto">
        {excerpt(span.quote)}
      </p>
      <IconButton
        icon="close"
        label="Deselect"
        keys="Esc"
        size="small"
        onClick={() => annotator.select(null)}
      />
    </div>
  );
}

/** As many labels are all in view; of more, the one it has, and the others are chosen by their names. */
export const IN_ROW = 9;

/** The label of the selected span, among all there are. */
export function LabelRow({ annotator, span }: { annotator: SyncedAnnotator; span: Span }) {
  const { scheme } = annotator;
  return (
    <SegmentedControl
      label="Label"
      value={span.label}
      options={scheme.labels.map(({ name }) => {
        const { style, letter, name: shown } = appearanceOf(scheme, name);
        return { value: name, label: <LabelBadge style={style} letter={letter} name={shown} /> };
      })}
      onChange={(label) => annotator.label(label, null)}
    />
  );
}

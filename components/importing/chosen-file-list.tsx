import { useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import type { ChosenFile } from "./chosen-files";
import { counted, inBytes } from "./wording";

/** How many files are listed before the rest is asked for. */
const SHOWN = 100;

/** The files that are about to be imported; each can be looked at and taken out. */
export function ChosenFileList({
  files,
  onShow,
  onRemove,
}: {
  files: readonly ChosenFile[];
  onShow: (file: ChosenFile) => void;
  onRemove: (file: ChosenFile) => void;
}) {
  const [all, setAll] = useState(false);
  const listed = all ? files : files.slice(0, SHOWN);
  return (
    <>
      <ul aria-label="Chosen files" className="max-h-96 divide-y divide-line overflow-y-auto">
        {listed.map((chosen) => (
          <li key={chosen.path} className="flex items-center gap-3 py-1 ps-4 pe-2">
            <bdi className="w-0 grow truncate" title={chosen.path}>
              {chosen.path}
            </bdi>
            <span className="figures shrink-0 text-sm text-muted">{inBytes(chosen.file.size)}</span>
            <Button
              size="small"
              variant="quiet"
              className="shrink-0"
              aria-label={`Preview ${chosen.path}`}
              onClick={() => onShow(chosen)}
            >
              Preview
            </Button>
            <IconButton
              variant="quiet"
              size="small"
              icon="close"
              label={`Remove ${chosen.path}`}
              onClick={() => onRemove(chosen)}
            />
          </li>
        ))}
      </ul>
      {listed.length < files.length && (
        <div className="border-t border-line p-2 text-center">
          <Button variant="quiet" onClick={() => setAll(true)}>
            Show {counted(files.length - listed.length, "more file")}
          </Button>
        </div>
      )}
    </>
  );
}

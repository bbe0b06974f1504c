import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { counted, inFigures } from "@/lib/domain/figures";
import { importOutcomes } from "@/lib/domain/imports";
import type { ChosenFile } from "./chosen-files";
import type { FileForecast } from "./use-forecast";
import { forecastNames, inBytes, outcomeTones } from "./wording";

/** How many files are listed before the rest is asked for. */
const SHOWN = 100;

/** The files that are about to be imported; each can be looked at and taken out. */
export function ChosenFileList({
  files,
  forecasts,
  onShow,
  onRemove,
}: {
  files: readonly ChosenFile[];
  /** What would become of them, by their paths, as far as that is known. */
  forecasts: ReadonlyMap<string, FileForecast>;
  onShow: (file: ChosenFile) => void;
  onRemove: (file: ChosenFile) => void;
}) {
  const [all, setAll] = useState(false);
  const listed = all ? files : files.slice(0, SHOWN);
  return (
    <>
      <ul aria-label="Chosen files" className="max-h-96 divide-y divide-line overflow-y-auto">
        {listed.map((chosen) => {
          const forecast = forecasts.get(chosen.path);
          return (
            <li key={chosen.path} className="flex flex-wrap items-center gap-x-3 py-1 ps-4 pe-2">
              <bdi className="min-w-0 grow basis-32 truncate" title={chosen.path}>
                {chosen.path}
              </bdi>
              {forecast && <ForecastBadges forecast={forecast} />}
              <span className="figures shrink-0 text-sm text-muted">
                {inBytes(chosen.file.size)}
              </span>
              <span className="flex shrink-0 items-center">
                <Button
                  size="small"
                  variant="quiet"
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
              </span>
              {forecast && forecast.reason !== null && (
                <span
                  dir="auto"
                  className="order-2 basis-full pb-1 text-sm text-danger wrap-anywhere"
                >
                  {forecast.reason}
                </span>
              )}
            </li>
          );
        })}
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

/** What would become of a file's articles, each in a word; with numbers where there are several, at least so many where not all were looked at. */
function ForecastBadges({ forecast: { counts, more, warned } }: { forecast: FileForecast }) {
  const outcomes = importOutcomes.filter((outcome) => counts[outcome] > 0);
  const isOne = !more && outcomes.length === 1 && outcomes.every((one) => counts[one] === 1);
  const number = (count: number) => (isOne ? "" : `${inFigures(count)}${more ? "+" : ""} `);
  return (
    <span className="flex flex-wrap gap-1 max-sm:order-1 max-sm:basis-full">
      {outcomes.map((outcome) => (
        <Badge key={outcome} tone={outcomeTones[outcome]}>
          {number(counts[outcome])}
          {forecastNames[outcome]}
        </Badge>
      ))}
      {warned > 0 && <Badge tone="warn">{number(warned)}with warnings</Badge>}
    </span>
  );
}

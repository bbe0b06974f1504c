"use client";

import { useId } from "react";
import type { ImportPreview } from "@/lib/api/imports";
import type { Encoding } from "@/lib/domain/imports";
import { Notice } from "../ui/notice";

type UnclearFile = ImportPreview["encodings"][number];

/** So many ways in which a file may read are shown at once. */
const SHOWN = 6;

/** What files are encoded in that are no UTF-8: chosen by how they would read. */
export function EncodingChoice({
  files,
  chosen,
  onChoose,
}: {
  files: readonly UnclearFile[];
  chosen: Encoding | null;
  onChoose: (encoding: Encoding) => void;
}) {
  const [first, ...others] = files;
  if (!first) return null;
  const readings = readingsOf(first);
  const isMore = readings.length > SHOWN;
  return (
    <section aria-label="Encoding" className="border-t border-line p-4">
      <h2 className="font-medium">Encoding</h2>
      <p className="mt-1 max-w-prose text-sm text-muted">
        <bdi className="wrap-anywhere">{first.path}</bdi> is not UTF-8 (line {first.line}, byte{" "}
        {first.byte}){others.length > 0 && ", and it is not the only one"}. Choose the line that
        reads as it should.
      </p>
      {readings.length === 0 ? (
        <div className="mt-3">
          <Notice tone="danger">It is in no encoding that is read here.</Notice>
        </div>
      ) : (
        <>
          <Readings readings={readings.slice(0, SHOWN)} chosen={chosen} onChoose={onChoose} />
          {isMore && (
            <details className="mt-2" open={isAmong(readings.slice(SHOWN), chosen)}>
              <summary className="cursor-pointer text-sm text-muted">More encodings</summary>
              <Readings readings={readings.slice(SHOWN)} chosen={chosen} onChoose={onChoose} />
            </details>
          )}
        </>
      )}
    </section>
  );
}

type Reading = { readonly sample: string; readonly encodings: readonly Encoding[] };

/** How a file reads, with the encodings in which it reads so. */
function readingsOf({ choices }: UnclearFile): readonly Reading[] {
  const bySample = Map.groupBy(choices, ({ sample }) => sample);
  return [...bySample].map(([sample, same]) => ({
    sample,
    encodings: same.map(({ encoding }) => encoding),
  }));
}

function isAmong(readings: readonly Reading[], chosen: Encoding | null): boolean {
  return chosen !== null && readings.some(({ encodings }) => encodings.includes(chosen));
}

function Readings({
  readings,
  chosen,
  onChoose,
}: {
  readings: readonly Reading[];
  chosen: Encoding | null;
  onChoose: (encoding: Encoding) => void;
}) {
  const name = useId();
  return (
    <ul className="mt-2">
      {readings.map(({ sample, encodings }) => {
        const [encoding] = encodings;
        return encoding === undefined ? null : (
          <li key={encoding}>
            <label className="flex items-start gap-2.5 py-1.5">
              <input
                type="radio"
                name={name}
                checked={chosen !== null && encodings.includes(chosen)}
                onChange={() => onChoose(encoding)}
                className="mt-0.5 size-4.5 shrink-0"
              />
              <span className="min-w-0">
                <span className="block whitespace-pre-line wrap-anywhere" dir="auto">
                  {sample.trim()}
                </span>
                <span className="block text-sm text-muted">{encodings.join(", ")}</span>
              </span>
            </label>
          </li>
        );
      })}
    </ul>
  );
}

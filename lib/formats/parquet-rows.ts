import { joinBytes } from "./bytes";
import { ParquetRows } from "./parquet";
import type { Shape } from "./shapes";
import type { Writer } from "./writing";

/** A Parquet file of a shape's rows. */
export function parquetOf(shape: Shape): Writer & { kind: "bytes" } {
  const { loses, losesToo = [], hasTags = false } = shape;
  return {
    kind: "bytes",
    extension: ".parquet",
    mediaType: "application/vnd.apache.parquet",
    begin: (about) => {
      const file = new ParquetRows(shape.columns(about));
      return {
        add: (record, lost) =>
          joinBytes(shape.rows(record, lost, about).map((row) => file.add(row))),
        end: () => file.end(),
      };
    },
    loses,
    losesToo,
    hasTags,
    mayOmitTexts: true,
  };
}

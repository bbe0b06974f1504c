const places = ["w-3/5", "w-4/5", "w-1/2", "w-2/3", "w-3/4", "w-3/5", "w-1/2", "w-4/5"];

/** The place of rows that are still coming. */
export function RowSkeletons() {
  return (
    <div
      aria-hidden="true"
      className="animate-pulse overflow-clip rounded-lg border border-line bg-surface motion-reduce:animate-none"
    >
      {places.map((width, row) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
          key={row}
          className="border-b border-line px-4 py-4 last:border-b-0 sm:px-5"
        >
          <div className={`h-4.5 rounded-sm bg-sunken ${width}`} />
          <div className="mt-3 h-3.5 w-2/5 rounded-sm bg-sunken" />
        </div>
      ))}
    </div>
  );
}

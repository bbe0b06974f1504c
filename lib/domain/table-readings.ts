import type { TableReading, TableReadings } from "./schemas";

const nothingSaid: TableReading = {
  columns: {},
  delimiter: null,
  quote: null,
  header: null,
  sheet: null,
};

/** What was said of a table over what was said before. Of a field that another column is for now, the other is not any more. */
export function joinedReading(before: TableReading, later: TableReading): TableReading {
  const taken = new Set(Object.values(later.columns));
  const kept = Object.entries(before.columns).filter(
    ([, meaning]) => meaning === null || meaning === "meta" || !taken.has(meaning),
  );
  return {
    columns: { ...Object.fromEntries(kept), ...later.columns },
    delimiter: later.delimiter ?? before.delimiter,
    quote: later.quote ?? before.quote,
    header: later.header ?? before.header,
    sheet: later.sheet ?? before.sheet,
  };
}

/** The same for all tables: what is said of every table now counts more than what was said of one before. */
export function joinedReadings(before: TableReadings, later: TableReadings): TableReadings {
  const { "*": every = null, ...named } = later;
  const keys = new Set([...Object.keys(before), ...Object.keys(named)]);
  const joined = [...keys].map((key): [string, TableReading] => {
    const readings = [before[key], every, named[key]].filter((one) => one != null);
    return [key, readings.reduce(joinedReading, nothingSaid)];
  });
  return { ...Object.fromEntries(joined), ...(every ? { "*": every } : {}) };
}

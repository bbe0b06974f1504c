import type { TableReading, TableReadings } from "./schemas";

/** What is said of a table of which nobody has said anything. */
export const nothingSaid: TableReading = {
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

/** Whether a table is divided otherwise by what is said later: then it has other columns. */
function isRedivided(before: TableReading, later: TableReading): boolean {
  const parts = ["delimiter", "quote", "header", "sheet"] as const;
  return parts.some((part) => later[part] !== null && later[part] !== before[part]);
}

/** The same for all tables: what is said of every table now counts more than what was said of one before. */
export function joinedReadings(before: TableReadings, later: TableReadings): TableReadings {
  const { "*": every = null, ...named } = later;
  const keys = new Set([...Object.keys(before), ...Object.keys(named)]);
  const joined = [...keys].map((key): [string, TableReading] => {
    const readings = [before[key], every].filter((one) => one != null);
    const general = readings.reduce(joinedReading, nothingSaid);
    const own = named[key];
    if (!own) return [key, general];
    const isOther = isRedivided(general, own);
    return [key, joinedReading(isOther ? { ...general, columns: {} } : general, own)];
  });
  return { ...Object.fromEntries(joined), ...(every ? { "*": every } : {}) };
}

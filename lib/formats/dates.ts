/**
 * Reads whatever is a date beyond doubt: ISO 8601 and what databases and programs make of it, RFC 2822
 * and HTTP, Unix time in seconds or finer, dates in English words, and dates in figures whose order is
 * plain. A time without a zone is UTC, a day is its midnight, a month its first day, a year its first.
 *
 * `03/04/2024` is in doubt, and so is a year of two figures.
 *
 * @returns ISO 8601 UTC in the years 1 to 9999, with milliseconds where there are any (finer fractions
 *   are cut off); null if it is none, or in doubt
 */
export function readDate(value: string | number): string | null {
  const text = String(value).trim();
  const date = /^\d+(?:\.\d+)?$/.test(text) ? dateOfNumber(text) : dateOfWords(text);
  if (date === null || !(date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999)) return null;
  return date.toISOString().replace(".000Z", "Z");
}

/** Unix time counts from 1970; up to 2100 it can be told from its length what it counts. */
const UNIX_UNITS = [
  { from: 1e8, to: 4.2e9, perMillisecond: 1e-3 },
  { from: 1e11, to: 4.2e12, perMillisecond: 1 },
  { from: 1e14, to: 4.2e15, perMillisecond: 1e3 },
];

/** `2024`, `20240730`, `20240730143534`, or Unix time. */
function dateOfNumber(text: string): Date | null {
  if (/^\d{4}$/.test(text)) return dateFrom({ year: Number(text) });
  const compact = /^((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(text);
  if (compact) {
    const [year, month, day, hour = 0, minute = 0, second = 0] = compact
      .slice(1)
      .map((part) => (part === undefined ? undefined : Number(part)));
    return dateFrom({ year, month, day, hour, minute, second });
  }
  const number = Number(text);
  const unit = UNIX_UNITS.find(({ from, to }) => number >= from && number < to);
  return unit === undefined ? null : new Date(Math.floor(number / unit.perMillisecond));
}

const MONTHS = [
  ["january", "jan"],
  ["february", "feb"],
  ["march", "mar"],
  ["april", "apr"],
  ["may"],
  ["june", "jun"],
  ["july", "jul"],
  ["august", "aug"],
  ["september", "sep", "sept"],
  ["october", "oct"],
  ["november", "nov"],
  ["december", "dec"],
];
const MONTH = `(?<name>${MONTHS.flat().join("|")})`;
const WEEKDAY =
  /\b(?:mon|tue|tues|wed|weds|thu|thur|thurs|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?\b\.?,?/;

/** Minutes from UTC of the zones that RFC 2822 knows by name. */
const ZONES: Readonly<Record<string, number>> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

/** The largest difference to UTC that is in use anywhere, in minutes. */
const LARGEST_ZONE = 14 * 60;

const TIME =
  /(?:^|[t\s,])(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?:\s*(?<half>[ap])\.?m\b\.?)?(?:\s*(?<zone>z|ut|utc|gmt|[ecmp][sd]t)\b)?(?:\s*(?<sign>[+-])(?<zoneHours>\d{2})(?::?(?<zoneMinutes>\d{2}))?)?(?=$|[\s,[(])/;

const TH = "(?:st|nd|rd|th|\\.)?";
const DATES = [
  // 2024-07-30, 2024/7/3, 2024.07.30
  /^(?<year>\d{4})(?<by>[-/.])(?<month>\d{1,2})\k<by>(?<day>\d{1,2})\.?$/,
  // 30.07.2024: with dots, the day comes first
  /^(?<day>\d{1,2})\.\s?(?<month>\d{1,2})\.\s?(?<year>\d{4})$/,
  // 20240730, before a time
  /^(?<year>(?:19|20)\d\d)(?<month>\d\d)(?<day>\d\d)$/,
  // 30 July 2024, 30th of July, 2024, 30-Jul-2024
  new RegExp(`^(?<day>\\d{1,2})${TH}[\\s-]*(?:of\\s+)?${MONTH}\\.?[\\s,-]*(?<year>\\d{4})$`),
  // July 30, 2024
  new RegExp(`^${MONTH}\\.?[\\s-]*(?<day>\\d{1,2})${TH}[\\s,-]+(?<year>\\d{4})$`),
  // 2024 July 30, 2024-Jul-30
  new RegExp(`^(?<year>\\d{4})[\\s,-]*${MONTH}\\.?[\\s-]*(?<day>\\d{1,2})$`),
];
const MONTHS_ONLY = [
  /^(?<year>\d{4})[-/.](?<month>\d{1,2})$/,
  new RegExp(`^${MONTH}\\.?[\\s,-]*(?<year>\\d{4})$`),
];
/** 30/07/2024 or 07/30/2024: which it is, only a figure above 12 says. */
const EITHER = /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})$/;

function dateOfWords(given: string): Date | null {
  const text = given
    .toLowerCase()
    .replace(/\s+/g, " ")
    .replace(/(\d{8})t?(\d{2})(\d{2})(\d{2})(?!\d)/, "$1 $2:$3:$4")
    // Java and JavaScript say the zone's name once more.
    .replace(/\s*(?:\[[a-z_/+-]+\]|\([a-z0-9 +:-]+\))$/, "");
  const time = TIME.exec(text);
  const rest = time
    ? `${text.slice(0, time.index)} ${text.slice(time.index + time[0].length)}`
    : text;
  const words = rest
    .replace(WEEKDAY, " ")
    .replace(/\bat\b/, " ")
    .replace(/^[ ,]+|[ ,]+$/g, "");
  const day = dayIn(words, time === null);
  if (day === null) return null;
  return time?.groups ? dateFrom({ ...day, ...timeIn(time.groups) }) : dateFrom(day);
}

type Parts = {
  readonly year?: number | undefined;
  readonly month?: number | undefined;
  readonly day?: number | undefined;
  readonly hour?: number | undefined;
  readonly minute?: number | undefined;
  readonly second?: number | undefined;
  readonly millisecond?: number | undefined;
  /** Minutes from UTC. */
  readonly zone?: number | undefined;
};

/** @param alone whether no time follows: then it may be a month */
function dayIn(words: string, alone: boolean): Parts | null {
  for (const pattern of alone ? [...DATES, ...MONTHS_ONLY] : DATES) {
    const groups = pattern.exec(words)?.groups;
    if (!groups) continue;
    const { year, month, day = "1", name = "" } = groups;
    const named = MONTHS.findIndex((names) => names.includes(name)) + 1;
    return { year: Number(year), month: Number(month ?? named), day: Number(day) };
  }
  const either = EITHER.exec(words);
  if (!either) return null;
  const [one, other, year] = [either[1], either[3], either[4]].map(Number);
  // Stryker disable next-line ConditionalExpression,LogicalOperator: the pattern has both
  if (one === undefined || other === undefined) return null;
  if (one > 12 || one === other) return { year, month: other, day: one };
  return other > 12 ? { year, month: one, day: other } : null;
}

function timeIn(groups: Readonly<Record<string, string | undefined>>): Parts {
  const { hour, minute, second = "0", fraction = "", half, zone, sign } = groups;
  const { zoneHours = "0", zoneMinutes = "0" } = groups;
  const away = Number(zoneHours) * 60 + Number(zoneMinutes);
  const outside = away > LARGEST_ZONE || Number(zoneMinutes) > 59;
  const twelve = Number(hour);
  const noTwelve = half !== undefined && (twelve < 1 || twelve > 12);
  return {
    hour: half === undefined ? twelve : (twelve % 12) + (half === "p" ? 12 : 0),
    minute: outside || noTwelve ? Number.NaN : Number(minute),
    second: Number(second),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, "0")),
    zone: (ZONES[zone ?? "z"] ?? 0) + (sign === "-" ? -away : away),
  };
}

/** The moment, or null if there is none such: no 30 February, no 25:61. */
function dateFrom({
  year = 0,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
  zone = 0,
}: Parts): Date | null {
  // A leap second is the next minute's first; 24:00 is the next day's beginning (ISO 8601).
  const leap = minute === 59 && second === 60;
  const midnight = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  if (!(minute < 60 && (second < 60 || leap) && (hour < 24 || midnight))) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // What there is too much of, months or days, comes out in another month.
  if (date.getUTCMonth() !== month - 1) return null;
  date.setUTCHours(hour, minute - zone, second, millisecond);
  return Number.isNaN(date.getTime()) ? null : date;
}

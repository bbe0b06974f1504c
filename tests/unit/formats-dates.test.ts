import { describe, expect, test } from "vitest";
import { readDate } from "@/lib/formats/dates";

describe("a date", () => {
  test.for([
    { written: "2024-07-30 14:35:34", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30T14:35:34Z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30t14:35:34z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30 14:35:34 UTC", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30 14:35", utc: "2024-07-30T14:35:00Z" },
    { written: "2024-07-30 14:35Z", utc: "2024-07-30T14:35:00Z" },
    { written: "2024-07-30", utc: "2024-07-30T00:00:00Z" },
    { written: "2024-07-30T14:35:34.5Z", utc: "2024-07-30T14:35:34.500Z" },
    { written: "2024-07-30T14:35:34,057Z", utc: "2024-07-30T14:35:34.057Z" },
    { written: "2024-07-30T14:35:34.123456789Z", utc: "2024-07-30T14:35:34.123Z" },
    { written: "2024-07-30T14:35:34.9999Z", utc: "2024-07-30T14:35:34.999Z" },
    { written: "2024-07-30T14:35:34.000Z", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30T14:35:34+03:30", utc: "2024-07-30T11:05:34Z" },
    { written: "2024-07-30T14:35:34 +0330", utc: "2024-07-30T11:05:34Z" },
    { written: "2024-07-30T14:35-05:00", utc: "2024-07-30T19:35:00Z" },
    { written: "2024-07-30T14:35:34.250-05:00", utc: "2024-07-30T19:35:34.250Z" },
    { written: "2024-07-30T14:35+14:00", utc: "2024-07-30T00:35:00Z" },
    { written: "2024-07-30T14:35+00:59", utc: "2024-07-30T13:36:00Z" },
    { written: "2024-01-01T00:30+01:00", utc: "2023-12-31T23:30:00Z" },
    { written: "Tue, 30 Jul 2024 14:35:34 GMT", utc: "2024-07-30T14:35:34Z" },
    { written: "Tue, 30 Jul 2024 10:35:34 -0400", utc: "2024-07-30T14:35:34Z" },
    { written: "30 Jul 2024 10:35:34 EDT", utc: "2024-07-30T14:35:34Z" },
    { written: "Tue Jul 30 14:35:34 2024", utc: "2024-07-30T14:35:34Z" },
    { written: "Tue Jul 30 14:35:34 +0000 2024", utc: "2024-07-30T14:35:34Z" },
    {
      written: "Tue Jul 30 2024 16:35:34 GMT+0200 (Central European Summer Time)",
      utc: "2024-07-30T14:35:34Z",
    },
    { written: "2024-07-30T16:35:34+02:00[Europe/Berlin]", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30 14:35:34+00", utc: "2024-07-30T14:35:34Z" },
    { written: "20240730T143534Z", utc: "2024-07-30T14:35:34Z" },
    { written: "1722350134", utc: "2024-07-30T14:35:34Z" },
    { written: "1722350134.25", utc: "2024-07-30T14:35:34.250Z" },
    { written: "1722350134000", utc: "2024-07-30T14:35:34Z" },
    { written: "1722350134000000", utc: "2024-07-30T14:35:34Z" },
    { written: "2024-07-30T24:00:00Z", utc: "2024-07-31T00:00:00Z" },
    { written: "2016-12-31T23:59:60Z", utc: "2017-01-01T00:00:00Z" },
    { written: "July 30, 2024", utc: "2024-07-30T00:00:00Z" },
    { written: "Tuesday, July 30th, 2024 at 2:35 p.m.", utc: "2024-07-30T14:35:00Z" },
    { written: "July 30, 2024 12:05 AM", utc: "2024-07-30T00:05:00Z" },
    { written: "30 July 2024", utc: "2024-07-30T00:00:00Z" },
    { written: "30-Jul-2024", utc: "2024-07-30T00:00:00Z" },
    { written: "Sept. 3, 2024", utc: "2024-09-03T00:00:00Z" },
    { written: "2024/07/30", utc: "2024-07-30T00:00:00Z" },
    { written: "2024-7-3", utc: "2024-07-03T00:00:00Z" },
    { written: "20240730", utc: "2024-07-30T00:00:00Z" },
    { written: "30.07.2024", utc: "2024-07-30T00:00:00Z" },
    { written: "30.7.2024, 14:35", utc: "2024-07-30T14:35:00Z" },
    { written: "30/07/2024", utc: "2024-07-30T00:00:00Z" },
    { written: "07/30/2024", utc: "2024-07-30T00:00:00Z" },
    { written: "07/07/2024", utc: "2024-07-07T00:00:00Z" },
    { written: "2024-07", utc: "2024-07-01T00:00:00Z" },
    { written: "July 2024", utc: "2024-07-01T00:00:00Z" },
    { written: "2024", utc: "2024-01-01T00:00:00Z" },
    { written: "2024-02-29", utc: "2024-02-29T00:00:00Z" },
    { written: "0001-01-01", utc: "0001-01-01T00:00:00Z" },
    { written: "9999-12-31T23:59:59Z", utc: "9999-12-31T23:59:59Z" },
  ])("$written is $utc", ({ written, utc }) => {
    expect(readDate(written)).toBe(utc);
  });

  test.for([
    "yesterday",
    "unknown",
    "0000-00-00",
    "03/04/2024",
    "7/30/24",
    "30.07.24",
    "13/13/2024",
    "July 2024 14:35",
    "July 32, 2024",
    "2024-07-30 13:00 pm",
    "2024-W31-2",
    "202407",
    "12345",
    "99999999999999999999",
    "",
    "on 2024-07-30",
    "2024-07-30 or so",
    "2024-00-30",
    "2024-13-30",
    "2024-07-00",
    "2024-07-32",
    "2023-02-29",
    "2024-07-30 25:00",
    "2024-07-30 14:60",
    "2024-07-30 14:35:60",
    "2024-07-30 14",
    "2024-07-30 14:35:34.",
    "2024-07-30 14:35:34:5",
    "2024-07-30 14:35:34.1234567890",
    "2024-07-30 14:35xZ",
    "2024-07-30 Z",
    "2024-07-30T14:35+14:01",
    "2024-07-30T14:35+15:00",
    "2024-07-30T14:35+01:60",
    "2024-07-30T14:35+1",
    "0000-07-30",
    "0001-01-01T00:30+01:00",
    "9999-12-31T23:30-01:00",
  ])("“%s” is none", (written) => {
    expect(readDate(written)).toBeNull();
  });
});

describe("every name that stands in a date is known", () => {
  const months = [
    ["January", "Jan"],
    ["February", "Feb"],
    ["March", "Mar."],
    ["April", "Apr"],
    ["May", "may"],
    ["June", "Jun"],
    ["July", "JUL"],
    ["August", "Aug"],
    ["September", "Sep"],
    ["October", "Oct"],
    ["November", "Nov"],
    ["December", "Dec."],
  ];
  test.for(months.flatMap((names, at) => names.map((name) => ({ name, month: at + 1 }))))(
    "$name is month $month",
    ({ name, month }) => {
      const utc = `2024-${String(month).padStart(2, "0")}-09T00:00:00Z`;
      for (const written of [
        `9 ${name} 2024`,
        `9th of ${name}, 2024`,
        `${name} 9, 2024`,
        `2024 ${name} 9`,
        `2024, ${name} 09`,
        `${name}-9 2024`,
      ]) {
        expect(readDate(written), written).toBe(utc);
      }
      expect(readDate(`${name}, 2024`)).toBe(utc.replace("-09T", "-01T"));
    },
  );

  test.for([
    ["UT", "14:35"],
    ["UTC", "14:35"],
    ["GMT", "14:35"],
    ["Z", "14:35"],
    ["EST", "19:35"],
    ["EDT", "18:35"],
    ["CST", "20:35"],
    ["CDT", "19:35"],
    ["MST", "21:35"],
    ["MDT", "20:35"],
    ["PST", "22:35"],
    ["PDT", "21:35"],
  ])("14:35 %s is %s in UTC", ([zone, utc]) => {
    expect(readDate(`2024-07-30 14:35 ${zone}`)).toBe(`2024-07-30T${utc}:00Z`);
  });

  test.for([
    ["Monday", 29],
    ["Tuesday", 30],
    ["Wednesday", 31],
    ["Thursday", 25],
    ["Friday", 26],
    ["Saturday", 27],
    ["Sunday", 28],
  ] as const)("%s the %i", ([weekday, day]) => {
    for (const name of [weekday, `${weekday.slice(0, 3)}.`, `${weekday.toUpperCase()},`]) {
      expect(readDate(`${name} ${day} July 2024`), name).toBe(`2024-07-${day}T00:00:00Z`);
      expect(readDate(`${day} July 2024, ${name}`), name).toBe(`2024-07-${day}T00:00:00Z`);
    }
  });
});

test.for([
  { written: "12:00 am", utc: "00:00" },
  { written: "1:00 a.m.", utc: "01:00" },
  { written: "12:00pm", utc: "12:00" },
  { written: "11:59 p.m.", utc: "23:59" },
])("$written is $utc", ({ written, utc }) => {
  expect(readDate(`July 30, 2024, ${written}`)).toBe(`2024-07-30T${utc}:00Z`);
});

test.for(["0:30 am", "13:30 am", "14:30 p.m."])("there is no %s", (time) => {
  expect(readDate(`July 30, 2024 ${time}`)).toBeNull();
});

test.for([
  { name: "the first that counts seconds", written: "100000000", utc: "1973-03-03T09:46:40Z" },
  { name: "one second fewer", written: "99999999", utc: null },
  { name: "the last that counts seconds", written: "4199999999", utc: "2103-02-04T02:39:59Z" },
  { name: "one second more", written: "4200000000", utc: null },
  { name: "milliseconds", written: "1722350134123", utc: "2024-07-30T14:35:34.123Z" },
  { name: "microseconds, cut", written: "1722350134123999", utc: "2024-07-30T14:35:34.123Z" },
])("of Unix time, $name", ({ written, utc }) => {
  expect(readDate(written)).toBe(utc);
});

test.for([
  { written: "1/2/2024", utc: null },
  { written: "12/12/2024", utc: "2024-12-12T00:00:00Z" },
  { written: "13/12/2024", utc: "2024-12-13T00:00:00Z" },
  { written: "12-13-2024", utc: "2024-12-13T00:00:00Z" },
  { written: "12/13-2024", utc: null },
  { written: "2024-07/30", utc: null },
  { written: "19991231", utc: "1999-12-31T00:00:00Z" },
  { written: "18991231", utc: null },
  { written: "19991231235959", utc: "1999-12-31T23:59:59Z" },
  { written: " 2024-07-30 ", utc: "2024-07-30T00:00:00Z" },
  { written: "2024-07-30\u00a014:35", utc: "2024-07-30T14:35:00Z" },
  { written: "2024-07-30, 14:35", utc: "2024-07-30T14:35:00Z" },
  { written: "30.  7. \u202f 2024", utc: "2024-07-30T00:00:00Z" },
  { written: "20240730143534Z", utc: "2024-07-30T14:35:34Z" },
  { written: "20240730143534 +0330", utc: "2024-07-30T11:05:34Z" },
  { written: "Tue, 20240730T143534Z", utc: "2024-07-30T14:35:34Z" },
  { written: "202407301435345Z", utc: null },
  { written: "14:35 30.07.2024", utc: "2024-07-30T14:35:00Z" },
  { written: "2024-07-30 14:35 -00:30", utc: "2024-07-30T15:05:00Z" },
  { written: " 2024 ", utc: "2024-01-01T00:00:00Z" },
  { written: "1720240730", utc: "2024-07-06T04:38:50Z" },
  { written: "2024073012", utc: "2034-02-20T18:30:12Z" },
  { written: "5/12/2024", utc: null },
  { written: "2016-12-31 23:59:61", utc: null },
  { written: "2016-12-31 23:58:60", utc: null },
  { written: "2024-07-30 24:01", utc: null },
  { written: "2024-07-30 24:00:01", utc: null },
  { written: "2024-07-30 24:00:00.001", utc: null },
  { written: "2024-12-32", utc: null },
  { written: "2024-04-31", utc: null },
  { written: "2024-02-99", utc: null },
  { written: "2024-07-30 (morning) 14:35", utc: null },
])("$written is $utc", ({ written, utc }) => {
  expect(readDate(written)).toBe(utc);
});

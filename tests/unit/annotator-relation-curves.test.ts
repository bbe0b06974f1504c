import { expect, test } from "vitest";
import { type Box, relationCurves } from "@/lib/annotator/relation-curves";
import { defaultScheme } from "@/lib/domain/scheme";

/** Three lines of words, in a column from 100 to 700 of a frame that is 800 wide. */
const boxes: Record<string, Box> = {
  a: { left: 200, right: 240, top: 50 },
  b: { left: 400, right: 440, top: 50 },
  c: { left: 120, right: 160, top: 250 },
  d: { left: 640, right: 690, top: 450 },
  e: { left: 600, right: 640, top: 850 },
};
const column = { left: 100, right: 700, frame: 800 };

/** Reads "a→b" as a relation of the type from a to b. */
function curvesOf(pictures: readonly string[], { type = "denies", selected = "a" } = {}) {
  const relations = pictures.map((picture, index) => {
    const [from = "", to = ""] = picture.split("→");
    return { id: `${index}`, type, from, to, attributes: {} };
  });
  return relationCurves(relations, {
    scheme: defaultScheme,
    selected,
    column,
    boxOf: (span) => boxes[span] ?? null,
  });
}

test("between words of one line there is an arc over them, named at its top", () => {
  expect(curvesOf(["a→b"])).toEqual([
    {
      id: "0",
      path: "M220 50 C220 19.333333333333332 420 19.333333333333332 420 49",
      name: "denies",
      at: { x: 320, y: 22 },
      symmetric: false,
    },
  ]);
});

test("an arc between words far from each other lifts no higher than a line", () => {
  boxes.far = { left: 660, right: 700, top: 50 };
  const [curve] = curvesOf(["a→far"]);
  expect(curve?.path).toBe("M220 50 C220 16 680 16 680 49");
});

test("between lines it goes through the nearer margin", () => {
  const [left, right] = curvesOf(["a→c", "d→e"]);
  expect(left?.path).toBe(
    "M200 51 C67.33333333333333 51 67.33333333333333 51 67.33333333333333 87 V215 C67.33333333333333 251 67.33333333333333 251 120 251",
  );
  expect(right?.path).toBe("M690 451 C740 451 740 451 740 487 V815 C740 851 740 851 640 851");
});

test("upwards it bends the other way", () => {
  const [curve] = curvesOf(["c→a"], { selected: "c" });
  expect(curve?.path).toContain("V87 ");
});

test.for([
  { name: "at its start", picture: "d→e", selected: "d", y: 451 + 64 + 4 },
  { name: "at its end, where that is selected", picture: "d→e", selected: "e", y: 851 - 64 + 4 },
])("a curve through the margin is named $name", ({ picture, selected, y }) => {
  expect(curvesOf([picture], { selected })[0]?.at).toEqual({ x: 740, y });
});

test("names keep away from the edges of the frame", () => {
  const narrow = { left: 20, right: 780, frame: 800 };
  const at = (from: string, to: string) =>
    relationCurves([{ id: "0", type: "denies", from, to, attributes: {} }], {
      scheme: defaultScheme,
      selected: null,
      column: narrow,
      boxOf: (span) => boxes[span] ?? null,
    })[0]?.at.x;
  expect([at("c", "a"), at("d", "e")]).toEqual([30, 770]);
});

test("a relation that leads both ways says so, in words that people read", () => {
  const [curve] = curvesOf(["a→b"], { type: "same_claim" });
  expect(curve).toMatchObject({ symmetric: true, name: "same claim" });
});

test("what is not drawn has no curves", () => {
  expect(curvesOf(["a→nowhere", "nowhere→a"])).toEqual([]);
});

test("a name that would lie on another goes up or down by lines, and the others stay", () => {
  const names = curvesOf(["a→b", "a→b", "a→b", "d→e"]).map(({ at }) => at);
  expect(names).toEqual([
    { x: 320, y: 22 },
    { x: 320, y: 36 },
    { x: 320, y: 8 },
    { x: 740, y: 519 },
  ]);
});

test("a name without any room stays where it is", () => {
  const names = curvesOf(Array(10).fill("a→b")).map(({ at }) => at.y);
  expect(names).toEqual([22, 36, 8, 50, -6, 64, -20, 78, -34, 22]);
});

/** The curve of a relation between two boxes. */
function curveBetween(from: Box, to: Box, within = column) {
  const [curve] = relationCurves(
    [{ id: "0", type: "denies", from: "f", to: "t", attributes: {} }],
    {
      scheme: defaultScheme,
      selected: null,
      column: within,
      boxOf: (span) => (span === "f" ? from : to),
    },
  );
  if (!curve) throw new Error("There is no curve.");
  return curve;
}

test("words of one line may stand a little higher or lower: the arc is over the higher", () => {
  const [from, to] = [
    { left: 200, right: 240, top: 57 },
    { left: 248, right: 288, top: 50 },
  ];
  expect(curveBetween(from, to).path).toBe("M220 57 C220 32 268 32 268 49");
  expect(curveBetween(to, from).path).toBe("M268 50 C268 32 220 32 220 56");
});

test("words eight pixels apart are in two lines", () => {
  const [from, to] = [
    { left: 200, right: 240, top: 50 },
    { left: 200, right: 240, top: 58 },
  ];
  expect(curveBetween(from, to).path).toContain("V");
});

test.for([
  { name: "where both margins are as near, it is the left one", by: 0, start: "M200 51" },
  { name: "where the right one is nearer by a hair, it is that", by: 1, start: "M241 51" },
])("$name", ({ by, start }) => {
  const from = { left: 200 + by, right: 240 + by, top: 50 };
  const to = { left: 560 + by, right: 600 + by, top: 250 };
  expect(curveBetween(from, to).path.startsWith(`${start} `)).toBe(true);
});

test("between lines near each other it bends half-way, and is named there", () => {
  const from = { left: 200, right: 240, top: 50 };
  const curve = curveBetween(from, { ...from, top: 74 });
  expect(curve.path).toBe("M200 51 C82 51 82 51 82 63 V63 C82 75 82 75 200 75");
  expect(curve.at.y).toBe(51 + 12 + 4);
});

test("in a narrow margin it keeps within the frame", () => {
  const from = { left: 120, right: 160, top: 50 };
  const { path } = curveBetween(from, { ...from, top: 450 }, { left: 20, right: 780, frame: 800 });
  expect(path.startsWith("M120 51 C6 51 6 51 6 87 ")).toBe(true);
});

test.for([
  { name: "names that just fit beside each other stay", apart: 18, y: 22 },
  { name: "names that do not quite fit do not", apart: 17, y: 36 },
])("$name", ({ apart, y }) => {
  const places: Record<string, Box> = {
    a: { left: 200, right: 240, top: 50 },
    b: { left: 400, right: 440, top: 50 },
    c: { left: 200 + apart, right: 240 + apart, top: 50 },
    d: { left: 400 + apart, right: 440 + apart, top: 50 },
  };
  const relations = ["ab", "cd"].map(([from = "", to = ""], index) => {
    return { id: `${index}`, type: "xy", from, to, attributes: {} };
  });
  const names = relationCurves(relations, {
    scheme: defaultScheme,
    selected: null,
    column,
    boxOf: (span) => places[span] ?? null,
  });
  expect(names.map(({ at }) => at)).toEqual([
    { x: 320, y: 22 },
    { x: 320 + apart, y },
  ]);
});

test("a name partly below another goes down by a line", () => {
  const names = relationCurves(
    ["ab", "cd"].map(([from = "", to = ""], index) => {
      return { id: `${index}`, type: "xy", from, to, attributes: {} };
    }),
    {
      scheme: defaultScheme,
      selected: null,
      column,
      boxOf: (span) => ({
        left: "ac".includes(span) ? 200 : 400,
        right: "ac".includes(span) ? 240 : 440,
        top: "ab".includes(span) ? 50 : 60,
      }),
    },
  );
  expect(names.map(({ at }) => at.y)).toEqual([22, 32 + 14]);
});

test("a name keeps off every other in its line, not off the last alone", () => {
  boxes.far = { left: 660, right: 700, top: 50 };
  const names = curvesOf(["a→b", "b→far", "a→b"]).map(({ at }) => at);
  expect(names).toEqual([
    { x: 320, y: 22 },
    { x: 550, y: 19.5 },
    { x: 320, y: 36 },
  ]);
});

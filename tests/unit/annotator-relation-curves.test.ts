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

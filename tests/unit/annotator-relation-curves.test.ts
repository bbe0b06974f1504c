import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Box,
  type Focus,
  isOf,
  relationCurves,
  relationNames,
} from "@/lib/annotator/relation-curves";
import { defaultScheme } from "@/lib/domain/scheme";

/** Words in lines, in a column from 100 to 700 of a frame that is 800 wide, in a view of 900. */
const boxes: Record<string, Box> = {
  a: { left: 200, right: 240, top: 50 },
  b: { left: 400, right: 440, top: 50 },
  c: { left: 120, right: 160, top: 250 },
  d: { left: 640, right: 690, top: 450 },
  e: { left: 600, right: 640, top: 850 },
  f: { left: 120, right: 160, top: 290 },
};
const column = { left: 100, right: 700, frame: 800, beyond: 50 };

/** Reads "a→b" as a relation of the type from a to b. */
function curvesOf(pictures: readonly string[], { type = "denies", within = column } = {}) {
  const relations = pictures.map((picture) => {
    const [from = "", to = ""] = picture.split("→");
    return { id: picture, type, from, to, attributes: {} };
  });
  const boxOf = (span: string) => boxes[span] ?? null;
  return relationCurves(relations, { scheme: defaultScheme, column: within, boxOf });
}

const at = (id: string): Focus => ({ kind: "span", id });

test("between words of one line there is an arc over them, no higher than the leading", () => {
  const [near, far] = curvesOf(["a→b", "b→a"]);
  expect(near?.path).toBe("M220 50 C220 36 420 36 420 49");
  expect(far?.path).toBe("M420 50 C420 36 220 36 220 49");
  expect(near?.inMargin).toBeNull();
});

test("an arc between words beside each other is flatter", () => {
  boxes.g = { left: 250, right: 270, top: 53 };
  expect(curvesOf(["a→g"])[0]?.path).toBe("M220 50 C220 39 260 39 260 52");
});

test("between lines it goes through the nearer margin, and in that nothing is beneath it", () => {
  const [left, right] = curvesOf(["a→c", "d→e"]);
  expect(left?.path).toBe("M200 51 H100 Q90 51 90 61 V241 Q90 251 100 251 H120");
  expect(left?.inMargin).toBe("M90 61 V241");
  expect(right?.path).toBe("M690 451 H700 Q710 451 710 461 V841 Q710 851 700 851 H640");
});

test("upwards it bends the other way, and between lines near each other half-way", () => {
  expect(curvesOf(["c→a"])[0]?.inMargin).toBe("M90 241 V61");
  boxes.h = { left: 200, right: 240, top: 62 };
  expect(curvesOf(["a→h"])[0]?.inMargin).toBe("M90 57 V57");
});

test("lines that would lie on each other in a margin are beside each other, the shorter one inside", () => {
  const margins = curvesOf(["a→f", "a→c", "d→e"]).map(({ inMargin }) => inMargin);
  expect(margins).toEqual(["M84 61 V281", "M90 61 V241", "M710 461 V841"]);
});

test("in a narrow margin lines keep within the view", () => {
  const narrow = { left: 20, right: 780, frame: 800, beyond: 0 };
  const all = curvesOf(["a→c", "a→f", "b→c", "b→f"], { within: narrow });
  expect(all.map(({ inMargin }) => inMargin?.split(" ")[0])).toEqual(["M10", "M4", "M4", "M4"]);
});

test("what is not drawn has no curves", () => {
  expect(curvesOf(["a→nowhere", "nowhere→a"])).toEqual([]);
});

test("a relation that leads both ways says so, in words that people read", () => {
  expect(curvesOf(["a→b"], { type: "same_claim" })[0]).toMatchObject({
    symmetric: true,
    words: "same claim",
  });
});

test("nothing is named but what is looked at: a span's relations, or one line", () => {
  const curves = curvesOf(["a→b", "a→c", "d→e"]);
  const named = (focus: Focus) => relationNames(curves, focus, column).map(({ id }) => id);
  expect(named(at("a"))).toEqual(["a→b", "a→c"]);
  expect(named(at("c"))).toEqual(["a→c"]);
  expect(named({ kind: "relation", id: "d→e", y: 600 })).toEqual(["d→e"]);
  expect(named(at("nowhere"))).toEqual([]);
  expect(curves.map((curve) => isOf(curve, at("e")))).toEqual([false, false, true]);
});

test("a name is at the other end, or where that is far on the way there, or where one points", () => {
  const middle = (picture: string, focus: Focus) => {
    const [name] = relationNames(curvesOf([picture]), focus, column);
    return name && name.top + name.height / 2;
  };
  expect(middle("a→c", at("a"))).toBe(250);
  expect(middle("a→c", at("c"))).toBe(50);
  expect(middle("d→e", at("d"))).toBe(490);
  expect(middle("d→e", at("e"))).toBe(810);
  expect(middle("d→e", { kind: "relation", id: "d→e", y: 600 })).toBe(600);
});

test("a name is broken into lines where its margin is narrow, and left out where that has no room", () => {
  const size = (margin: number) => {
    const within = { left: margin, right: 700, frame: 800, beyond: 0 };
    return relationNames(curvesOf(["c→f"], { type: "source_of", within }), at("c"), within).map(
      ({ width, height }) => [width, height],
    );
  };
  expect(size(200)).toEqual([[73, 18]]);
  expect(size(70)).toEqual([[52, 32]]);
  expect(size(40)).toEqual([[52, 32]]);
  expect(size(16)).toEqual([]);
});

test("no name lies on another, nor on the text where the margins have room", () => {
  const place = fc.integer({ min: 0, max: 12 }).map((line) => 50 + line * 36);
  const box = fc.record({ x: fc.integer({ min: 100, max: 660 }), top: place });
  fc.assert(
    fc.property(fc.array(box, { minLength: 2, maxLength: 20 }), (placed) => {
      const relations = placed.slice(1).map((_, index) => {
        return { id: `${index}`, type: "nested_in", from: "0", to: `${index + 1}`, attributes: {} };
      });
      const curves = relationCurves(relations, {
        scheme: defaultScheme,
        column,
        boxOf: (id) => {
          const { x, top } = placed[Number(id)] ?? { x: 0, top: 0 };
          return { left: x, right: x + 40, top };
        },
      });
      const names = relationNames(curves, at("0"), column);
      expect(names).toHaveLength(relations.length);
      for (const one of names) {
        expect(one.left + one.width <= column.left || one.left >= column.right).toBe(true);
        for (const other of names) {
          if (one === other || one.left < 400 !== other.left < 400) continue;
          const isApart = one.top >= other.top + other.height || other.top >= one.top + one.height;
          expect(isApart).toBe(true);
        }
      }
    }),
  );
});

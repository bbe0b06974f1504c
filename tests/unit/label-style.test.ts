import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  LABEL_COLOURS,
  LABEL_LINES,
  LABEL_STYLES,
  labelStyle,
  styleNumber,
  styleNumberOf,
} from "@/lib/domain/label-style";

const every = Array.from({ length: LABEL_STYLES }, (_, at) => at + 1);

describe("the styles of labels", () => {
  test("are all different, and the first ten in colour and in line", () => {
    expect(new Set(every.map(labelStyle)).size).toBe(LABEL_STYLES);
    const parts = every.slice(0, 10).map((number) => labelStyle(number).split("."));
    expect(new Set(parts.map(([colour]) => colour)).size).toBe(10);
    expect(new Set(parts.map(([, line]) => line)).size).toBe(10);
  });

  test("are found by their colour and line", () => {
    for (const number of every) {
      const [colour = 0, line = 0] = labelStyle(number).split(".").map(Number);
      expect(styleNumber(colour, line)).toBe(number);
    }
  });

  test("are those of the place where a label names none", () => {
    expect(styleNumberOf({}, 4)).toBe(5);
    expect(styleNumberOf({ style: 9 }, 4)).toBe(9);
  });
});

type Colour = readonly [number, number, number];
const themes = ["light", "dark"] as const;
const css = readFileSync("app/labels.css", "utf8");
const grounds = readFileSync("app/globals.css", "utf8");

/** The two colours of a declaration such as `--paper: light-dark(#faf8f3, #17181a)`, as parts of 1. */
function lightAndDark(text: string, name: string): Record<(typeof themes)[number], Colour> {
  const found = new RegExp(`${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(text);
  if (!found) throw new Error(`There is no ${name}.`);
  const [, light = "", dark = ""] = found;
  return { light: parsed(light), dark: parsed(dark) };
}

function parsed(hex: string): Colour {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [part(1), part(3), part(5)];
}

/** The inks, in their order. */
const inks = Array.from({ length: LABEL_COLOURS }, (_, at) => {
  const rule = css.slice(css.indexOf(`[data-label-style^="${at + 1}."]`));
  return lightAndDark(rule, "--label-ink");
});

const linear = (part: number) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);

/** WCAG 2.2: the contrast ratio of two colours. */
function contrast(one: Colour, other: Colour): number {
  const luminance = ([red, green, blue]: Colour) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [less = 0, more = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (more + 0.05) / (less + 0.05);
}

/** How colours are seen, on linear parts: Machado, Oliveira and Fernandes 2009, full severity. */
const sights = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
} as const;

const times = (matrix: readonly Colour[], [a, b, c]: Colour): Colour => {
  const row = (at: number) => {
    const [x, y, z] = matrix[at] ?? [0, 0, 0];
    return x * a + y * b + z * c;
  };
  return [row(0), row(1), row(2)];
};

/** CIELAB under D65, of linear parts. */
function lab(of: Colour): Colour {
  const [x, y, z] = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    of,
  );
  const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const seen = (colour: Colour, sight: keyof typeof sights): Colour => {
  const clamp = (part: number) => Math.min(1, Math.max(0, part));
  const [red, green, blue] = colour.map(linear);
  const [r, g, b] = times(sights[sight], [red ?? 0, green ?? 0, blue ?? 0]);
  return lab([clamp(r), clamp(g), clamp(b)]);
};

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** CIEDE2000, after Sharma, Wu and Dalal 2005. */
function difference([l1, a1, b1]: Colour, [l2, a2, b2]: Colour): number {
  const mean = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const stretch = 1 + 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)));
  const [x1, x2] = [a1 * stretch, a2 * stretch];
  const [c1, c2] = [Math.hypot(x1, b1), Math.hypot(x2, b2)];
  const hue = (a: number, b: number) =>
    a === 0 && b === 0 ? 0 : ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  const [h1, h2] = [hue(x1, b1), hue(x2, b2)];
  let turn = c1 * c2 === 0 ? 0 : h2 - h1;
  if (turn > 180) turn -= 360;
  else if (turn < -180) turn += 360;
  const far = 2 * Math.sqrt(c1 * c2) * Math.sin(radians(turn / 2));
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2];
  let h = h1 + h2;
  if (c1 * c2 !== 0) {
    if (Math.abs(h1 - h2) <= 180) h /= 2;
    else h = h < 360 ? (h + 360) / 2 : (h - 360) / 2;
  }
  const t =
    1 -
    0.17 * Math.cos(radians(h - 30)) +
    0.24 * Math.cos(radians(2 * h)) +
    0.32 * Math.cos(radians(3 * h + 6)) -
    0.2 * Math.cos(radians(4 * h - 63));
  const sl = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2);
  const [sc, sh] = [1 + 0.045 * c, 1 + 0.015 * c * t];
  const rotation =
    -2 *
    Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)) *
    Math.sin(radians(60 * Math.exp(-(((h - 275) / 25) ** 2))));
  const [dl, dc, dh] = [(l2 - l1) / sl, (c2 - c1) / sc, far / sh];
  return Math.sqrt(dl ** 2 + dc ** 2 + dh ** 2 + rotation * dc * dh);
}

describe("the colour difference of this test", () => {
  // Sharma, Wu and Dalal 2005, table 1: pairs 1, 7, 10, 17 and 25.
  test.for<[Colour, Colour, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ])("is as published: %j %j", ([one, other, published]) => {
    expect(difference(one, other)).toBeCloseTo(published, 4);
  });
});

describe.for(themes)("the colours of labels, %s", (theme) => {
  test("stand out from what they are drawn on, as letters have to", () => {
    for (const ground of ["--paper", "--surface", "--sunken"]) {
      const behind = lightAndDark(grounds, ground)[theme];
      for (const ink of inks) expect(contrast(ink[theme], behind)).toBeGreaterThanOrEqual(4.5);
    }
  });

  // A difference of 2.3 is just noticed by most; what is not side by side needs twice that and more.
  test.for([
    { sight: "usual", least: 7.5 },
    { sight: "protanopia", least: 4.9 },
    { sight: "deuteranopia", least: 4.9 },
    { sight: "tritanopia", least: 4.9 },
  ] as const)("are told apart: $sight", ({ sight, least }) => {
    const colours = inks.map((ink) => seen(ink[theme], sight));
    colours.forEach((one, at) => {
      for (const other of colours.slice(at + 1)) {
        expect(difference(one, other)).toBeGreaterThanOrEqual(least);
      }
    });
  });
});

test("the lines of labels differ in kind or by twice their weight", () => {
  const lines = Array.from({ length: LABEL_LINES }, (_, at) => {
    const rule = css.slice(css.indexOf(`[data-label-style$=".${at + 1}"]`));
    const kind = /--label-line: (\w+)/.exec(rule)?.[1];
    const weight = Number(/--label-weight: (\d+)px/.exec(rule)?.[1]);
    return { kind, weight };
  });
  lines.forEach((one, at) => {
    for (const other of lines.slice(at + 1)) {
      if (one.kind !== other.kind) continue;
      const [thin, thick] = [one.weight, other.weight].sort((a, b) => a - b);
      expect(thick).toBeGreaterThanOrEqual(2 * (thin ?? Number.NaN));
    }
  });
});

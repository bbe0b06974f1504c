import type { Level, Value } from "@/lib/domain/agreement/chance-corrected";

/**
 * Published figures of agreement, and some worked out by the formulas, with where they stand and how exactly. Offsets are
 * 0-based and half-open. Units are written "2-9 claim, 11-17 denial". Null is undefined.
 */
type Sourced = { readonly id: string; readonly source: string; readonly tolerance: number };

export const cohen: readonly (Sourced & {
  readonly input:
    | { readonly confusion: readonly (readonly number[])[] }
    | { readonly a: readonly Value[]; readonly b: readonly Value[] };
  readonly expected: { readonly po?: number; readonly pe?: number; readonly kappa: number | null };
})[] = [
  {
    id: "kappa-ap2008-t1",
    source:
      "Artstein & Poesio 2008 Table 1 (p.558); sklearn test_cohen_kappa .348; dkpro-statistics@f7f4f891 (Apache-2.0) ArtsteinPoesio2008Test",
    tolerance: 0.001,
    input: {
      confusion: [
        [20, 20],
        [10, 50],
      ],
    },
    expected: { po: 0.7, pe: 0.54, kappa: 0.348 },
  },
  {
    id: "kappa-cohen1960-p45",
    source: "Cohen 1960 p.45; dkpro-statistics@f7f4f891 (Apache-2.0) Cohen1960Test",
    tolerance: 0.001,
    input: {
      confusion: [
        [88, 14, 18],
        [10, 40, 10],
        [2, 6, 12],
      ],
    },
    expected: { po: 0.7, pe: 0.41, kappa: 0.492 },
  },
  {
    id: "kappa-sas-statsmodels",
    source: "statsmodels test_inter_rater.py UnweightedCohens (SAS print-out, BSD-3)",
    tolerance: 5e-5,
    input: {
      confusion: [
        [0, 4, 1],
        [0, 8, 0],
        [0, 1, 5],
      ],
    },
    expected: { kappa: 0.4842 },
  },
  {
    id: "kappa-kripp2004-p246a",
    source: "Krippendorff 2004 p.246; dkpro-statistics@f7f4f891 (Apache-2.0) Krippendorff2004Test",
    tolerance: 0.001,
    input: {
      confusion: [
        [12, 9, 9],
        [9, 14, 9],
        [9, 9, 20],
      ],
    },
    expected: { kappa: 0.186 },
  },
  {
    id: "kappa-large-n",
    source: "dkpro-statistics@f7f4f891 (Apache-2.0) NumericalStabilityTest",
    tolerance: 0.001,
    input: {
      confusion: [
        [81001, 9000],
        [1000, 9000],
      ],
    },
    expected: { po: 0.9, pe: 0.756, kappa: 0.59 },
  },
  {
    id: "kappa-degenerate-one-category",
    source:
      "convention table (sklearn: nan, configurable replace_undefined_by; nltk>=3.9 1.0; dkpro InsufficientDataException)",
    tolerance: 0,
    input: { a: ["O", "O", "O"], b: ["O", "O", "O"] },
    expected: { kappa: null },
  },
];

export const positions: readonly (Sourced & {
  readonly length: number;
  readonly one: string;
  readonly other: string;
  readonly kappa?: number;
  readonly pi?: number;
  readonly alpha?: number;
})[] = [
  {
    id: "kappa-spans-kripp1995-A",
    source:
      "Krippendorff 1995 p.57 digitised; dkpro-statistics@f7f4f891 (Apache-2.0) Krippendorff1995Test",
    tolerance: 0.001,
    length: 24,
    one: "2-10, 14-20",
    other: "4-8, 15-17",
    kappa: 0.385,
    pi: 0.314,
  },
  {
    id: "kappa-spans-kripp1995-C",
    source:
      "Krippendorff 1995 p.57 digitised; dkpro-statistics@f7f4f891 (Apache-2.0) Krippendorff1995Test",
    tolerance: 0.001,
    length: 24,
    one: "2-8, 10-12, 14-18, 20-22",
    other: "0-2, 4-8, 10-14, 16-18, 20-22",
    kappa: 0.314,
    pi: 0.314,
  },
  {
    id: "alpha-spans-kripp1995-A",
    source: "Krippendorff 1995; dkpro-statistics@f7f4f891 (Apache-2.0)",
    tolerance: 0.001,
    length: 24,
    one: "2-10, 14-20",
    other: "4-8, 15-17",
    alpha: 0.329,
  },
];

/** Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses. */
const psychiatrists = [
  "00060",
  "03003",
  "01401",
  "00006",
  "03030",
  "20400",
  "00402",
  "20310",
  "20040",
  "00006",
  "10050",
  "11040",
  "03300",
  "10050",
  "02031",
  "00501",
  "30012",
  "51000",
  "02040",
  "10203",
  "00006",
  "01050",
  "02013",
  "20040",
  "10041",
  "05010",
  "40002",
  "02040",
  "10500",
  "00006",
].map((row) => [...row].map(Number));

export const fleiss: readonly (Sourced & {
  readonly input:
    | { readonly counts: readonly (readonly number[])[] }
    | { readonly ratings: readonly (readonly number[])[] };
  readonly expected: { readonly P: number; readonly Pe: number; readonly kappa: number };
})[] = [
  {
    id: "fleiss-1971",
    source:
      "Fleiss 1971 p.379; R irr kappam.fleiss 0.4302445 via statsmodels; dkpro-statistics@f7f4f891 (Apache-2.0) Fleiss1971Test",
    tolerance: 0.0005,
    input: { counts: psychiatrists },
    expected: { P: 0.5556, Pe: 0.2201, kappa: 0.4302445 },
  },
  {
    id: "fleiss-dkpro-multirater",
    source: "dkpro-statistics@f7f4f891 (Apache-2.0) MultiRaterAgreementTest",
    tolerance: 0.001,
    input: {
      ratings: [
        [1, 1, 1],
        [1, 1, 0],
        [1, 0, 1],
        [0, 1, 1],
        [0, 0, 1],
        [0, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [0, 0, 1],
      ],
    },
    expected: { P: 0.533, Pe: 0.508, kappa: 0.049 },
  },
];

export const fleissPerCategory: readonly (Sourced & {
  readonly counts: readonly (readonly number[])[];
  readonly expected: readonly number[];
})[] = [
  {
    id: "fleiss-1971-per-category",
    source: "Fleiss 1971 (rounded in print); dkpro-statistics@f7f4f891 (Apache-2.0)",
    tolerance: 0.005,
    counts: psychiatrists,
    expected: [0.248, 0.248, 0.517, 0.47, 0.565],
  },
];

export const alpha: readonly (Sourced & {
  readonly level: Level;
  readonly data: readonly (readonly Value[])[];
  readonly expected: { readonly alpha: number | null; readonly Do?: number; readonly De?: number };
})[] = [
  {
    id: "alpha-kripp2011-4x12-nominal",
    source:
      "Krippendorff 2011 Computing Alpha-Reliability sect. C-D; nltk test_advanced 0.743421052632 (nominal); fast-krippendorff docstring (0.743/0.815/0.797); dkpro interval .849",
    tolerance: 1e-9,
    level: "nominal",
    data: [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
      [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
    ],
    expected: { alpha: 0.743421052632 },
  },
  {
    id: "alpha-kripp2011-4x12-interval",
    source:
      "Krippendorff 2011 Computing Alpha-Reliability sect. C-D; nltk test_advanced 0.743421052632 (nominal); fast-krippendorff docstring (0.743/0.815/0.797); dkpro interval .849",
    tolerance: 0.0005,
    level: "interval",
    data: [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
      [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
    ],
    expected: { alpha: 0.849 },
  },
  {
    id: "alpha-wikipedia-3x15-nominal",
    source: "Wikipedia / fast-krippendorff sample.py + docstring",
    tolerance: 5e-7,
    level: "nominal",
    data: [
      [null, null, null, null, null, 3, 4, 1, 2, 1, 1, 3, 3, null, 3],
      [1, null, 2, 1, 3, 3, 4, 3, null, null, null, null, null, null, null],
      [null, null, 2, 1, 3, 4, 4, null, 2, 1, 1, 3, 3, null, 4],
    ],
    expected: { alpha: 0.691358 },
  },
  {
    id: "alpha-kripp2011-A-binary",
    source:
      "Krippendorff 1980 p.133 / 2004 p.224 / 2011 sect. A; dkpro-statistics@f7f4f891 (Apache-2.0)",
    tolerance: 0.001,
    level: "nominal",
    data: [
      [1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 1, 1, 0, 0, 1, 0, 1, 0, 0],
    ],
    expected: { alpha: 0.095, Do: 0.4, De: 0.442 },
  },
  {
    id: "alpha-kripp2004-p227",
    source: "dkpro-statistics@f7f4f891 (Apache-2.0) Krippendorff2004Test (p.227)",
    tolerance: 0.001,
    level: "nominal",
    data: [
      ["a", "a", "b", "b", "b", "b", "b", "c", "c", "c", "c", "c"],
      ["a", "b", "b", "b", "b", "b", "c", "c", "c", "c", "c", "c"],
    ],
    expected: { alpha: 0.734, Do: 0.1667, De: 0.6268 },
  },
  {
    id: "alpha-nltk-easy",
    source: "nltk test_disagreement test_easy/test_easy2 (Apache-2.0)",
    tolerance: 1e-6,
    level: "nominal",
    data: [
      ["Y", "Y", null],
      ["N", "N", null],
      ["N", null, "N"],
    ],
    expected: { alpha: -0.3333333333333333 },
  },
  {
    id: "alpha-nltk-missing-as-category",
    source: "nltk TestMissingValues (missing wrongly kept as a category)",
    tolerance: 1e-9,
    level: "nominal",
    data: [
      [1, 1, 2],
      [1, 1, "MISSING"],
      ["MISSING", 1, 2],
    ],
    expected: { alpha: 0.3333333333333333 },
  },
  {
    id: "alpha-degenerate",
    source:
      "dkpro FullAgreementTest 1.0 (if >1 category declared); fast-krippendorff ValueError; nltk 1.0",
    tolerance: 0,
    level: "nominal",
    data: [
      ["O", "O", "O"],
      ["O", "O", "O"],
    ],
    expected: { alpha: null },
  },
];

export const unitizing: readonly (Sourced & {
  readonly length: number;
  readonly coders: readonly string[];
  readonly expected: {
    readonly u_alpha: number;
    readonly u_alpha_binary: number;
    readonly cu_alpha?: number;
    readonly ku_alpha?: Readonly<Record<string, number>>;
  };
})[] = [
  {
    id: "ualpha-alex-paul-suzan",
    source:
      "Values: Krippendorff 2019 fig. 12.11 / Krippendorff, Mathet, Bouvry & Widloecher 2016 as quoted in quallmer tests (0.510 / 0.413 / 0.724); data: pygamma-agreement tests/data/AlexPaulSuzan.csv (MIT) with L=60",
    tolerance: 0.0005,
    length: 60,
    coders: [
      "2-9 1, 11-17 2, 24-30 5, 32-36 6, 36-44 6, 44-60 7",
      "2-9 1, 11-17 3, 19-25 5, 32-44 6",
      "2-9 1, 11-17 4, 21-27 5, 32-36 6, 36-40 6, 40-44 6",
    ],
    expected: { u_alpha: 0.51, u_alpha_binary: 0.413, cu_alpha: 0.724 },
  },
  {
    id: "ualpha-quallmer",
    source:
      "quallmer tests test-alpha_u.R (read off the figure; 1-based inclusive there, converted)",
    tolerance: 0.002,
    length: 60,
    coders: [
      "0-7 1, 7-13 2, 30-32 5, 32-37 6, 37-44 6, 44-60 7",
      "0-7 1, 7-13 3, 13-21 5, 32-44 6",
      "0-7 1, 7-13 4, 13-21 5, 32-37 6, 37-41 6, 41-44 6",
    ],
    expected: { u_alpha: 0.51, u_alpha_binary: 0.413 },
  },
  {
    id: "ualpha-own-shift-2",
    source: "worked out from the formula",
    tolerance: 1e-9,
    length: 100,
    coders: ["10-20 C", "12-22 C"],
    expected: {
      u_alpha: 0.7798888888888887,
      u_alpha_binary: 0.7798888888888887,
      cu_alpha: 1.0,
      ku_alpha: { C: 1.0 },
    },
  },
  {
    id: "ualpha-own-split-vs-joined",
    source: "worked out from the formula",
    tolerance: 1e-9,
    length: 100,
    coders: ["10-30 C", "10-20 C, 20-30 C"],
    expected: { u_alpha: 1.0, u_alpha_binary: 1.0, cu_alpha: 1.0, ku_alpha: { C: 1.0 } },
  },
];

export const positional: readonly (Sourced & {
  readonly pairs: readonly (readonly [string, string])[];
  readonly expected: readonly number[];
})[] = [
  {
    id: "gamma-dpos-figure10",
    source:
      "pygamma-agreement 44587ef (MIT); test_positional_dissimilarity_figure10 (Mathet et al. 2015 fig.10)",
    tolerance: 0.8,
    pairs: [
      ["4-14", "40-44"],
      ["4-14", "4-14"],
      ["4-14", "20-25"],
      ["4-14", "14-24"],
      ["20-30", "20-25"],
      ["20-25", "14-24"],
    ],
    expected: [22.2, 0.0, 3.2, 1.0, 0.11, 0.22],
  },
];

export const disorder: readonly (Sourced & {
  readonly alpha: number;
  readonly coders: readonly string[];
  readonly expected: number;
})[] = [
  {
    id: "gamma-disorder-alex-paul-suzan",
    source: "pygamma-agreement 44587ef (MIT); test_gamma_alexpaulsuzan (0.96 +-1 %)",
    tolerance: 1e-6,
    alpha: 3,
    coders: [
      "2-9 1, 11-17 2, 24-30 5, 32-36 6, 36-44 6, 44-60 7",
      "2-9 1, 11-17 3, 19-25 5, 32-44 6",
      "2-9 1, 11-17 4, 21-27 5, 32-36 6, 36-40 6, 40-44 6",
    ],
    expected: 0.960625,
  },
  {
    id: "gamma-disorder-unequal-counts",
    source:
      "pygamma-agreement 44587ef (MIT); output frozen in dkpro-statistics@f7f4f891 (Apache-2.0) resources/pygamma/*.json",
    tolerance: 1e-6,
    alpha: 1,
    coders: ["1-5 a, 6-10 b, 20-24 a, 30-34 b", "2-6 a, 31-35 b"],
    expected: 0.7083333134651184,
  },
  {
    id: "gamma-disorder-three-annotators",
    source:
      "pygamma-agreement 44587ef (MIT); output frozen in dkpro-statistics@f7f4f891 (Apache-2.0) resources/pygamma/*.json",
    tolerance: 1e-6,
    alpha: 1,
    coders: ["1-5 a, 10-14 b", "2-6 a, 11-15 b", "1-4 a, 9-14 c"],
    expected: 0.40875643491744995,
  },
  {
    id: "gamma-disorder-cycling-16",
    source:
      "pygamma-agreement 44587ef (MIT); output frozen in dkpro-statistics@f7f4f891 (Apache-2.0) resources/pygamma/*.json",
    tolerance: 1e-6,
    alpha: 1,
    coders: [
      "1-6 a, 11-16 b, 21-26 c, 31-36 a, 41-46 b, 51-56 c, 61-66 a, 71-76 b, 81-86 c, 91-96 a, 101-106 b, 111-116 c, 121-126 a, 131-136 b, 141-146 c, 151-156 a",
      "2-8 b, 12-18 c, 22-28 a, 32-38 b, 42-48 c, 52-58 a, 62-68 b, 72-78 c, 82-88 a, 92-98 b, 102-108 c, 112-118 a, 122-128 b, 132-138 c, 142-148 a, 152-158 b",
    ],
    expected: 1.0743801593780518,
  },
];

export const samples: readonly (Sourced & {
  readonly coders: readonly string[];
  readonly samples: readonly (readonly string[])[];
  readonly expected: {
    readonly observed: number;
    readonly sample_disorders: readonly number[];
    readonly gamma: number;
  };
})[] = [
  {
    id: "gamma-fixed-samples",
    source: "worked out from the formula",
    tolerance: 1e-9,
    coders: ["1-5 a, 6-10 b, 11-15 a", "2-6 a, 7-11 b, 12-16 a"],
    samples: [
      ["3-7 a, 8-12 a, 14-18 b", "0-4 b, 5-9 a, 13-17 a"],
      ["2-6 b, 9-13 a, 12-16 a", "4-8 a, 6-10 b, 16-20 a"],
    ],
    expected: { observed: 0.0625, sample_disorders: [1.0625, 1.1875], gamma: 0.9444444444444444 },
  },
];

export const identical: readonly (Sourced & {
  readonly coders: readonly string[];
  readonly expected: number;
})[] = [
  {
    id: "gamma-identical",
    source: "pygamma/dkpro: observed disorder 0 => gamma 1 whatever the expected",
    tolerance: 0,
    coders: ["1-5 a, 10-15 b, 20-25 c", "1-5 a, 10-15 b, 20-25 c"],
    expected: 1.0,
  },
];

/** By scheme: correct, incorrect, partly correct, missing, spurious. */
export const schemes: readonly (Sourced & {
  readonly gold: string;
  readonly pred: string;
  readonly expected: Readonly<Record<string, string>>;
})[] = [
  {
    id: "semeval-readme-table-I-VI",
    source: "computed from the definitions for nervaluate README scenarios I-VI",
    tolerance: 0,
    gold: "0-7 BRAND, 20-28 DRUG, 40-51 DRUG, 60-69 DRUG, 83-97 GROUP",
    pred: "10-17 BRAND, 17-28 DRUG, 40-51 BRAND, 60-69 DRUG, 78-97 DRUG",
    expected: { strict: "1 3 0 1 1", exact: "2 2 0 1 1", partial: "2 0 2 1 1", type: "2 2 0 1 1" },
  },
  {
    id: "semeval-nervaluate-perfect",
    source: "nervaluate tests/test_strategies.py",
    tolerance: 0,
    gold: "1-3 PER, 6-8 ORG",
    pred: "1-3 PER, 6-8 ORG",
    expected: { strict: "2 0 0 0 0", exact: "2 0 0 0 0", partial: "2 0 0 0 0", type: "2 0 0 0 0" },
  },
  {
    id: "semeval-nervaluate-wrong-label",
    source: "nervaluate tests/test_strategies.py",
    tolerance: 0,
    gold: "1-3 PER, 6-8 ORG",
    pred: "1-3 PER, 6-8 LOC",
    expected: { strict: "1 1 0 0 0", exact: "2 0 0 0 0", partial: "2 0 0 0 0", type: "1 1 0 0 0" },
  },
  {
    id: "semeval-nervaluate-extra",
    source: "nervaluate tests/test_strategies.py",
    tolerance: 0,
    gold: "1-3 PER, 6-8 ORG",
    pred: "1-3 PER, 4-5 PER, 6-8 LOC",
    expected: { strict: "1 1 0 0 1", exact: "2 0 0 0 1", partial: "2 0 0 0 1", type: "1 1 0 0 1" },
  },
  {
    id: "semeval-both-empty",
    source: "convention",
    tolerance: 0,
    gold: "",
    pred: "",
    expected: { strict: "0 0 0 0 0" },
  },
];

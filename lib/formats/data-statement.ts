import { counted, inFigures } from "@/lib/domain/figures";
import { agreementInShort } from "./agreement-words";
import {
  choice,
  countsInWords,
  type Described,
  guidelines,
  layerInWords,
  licence,
} from "./dataset-card";
import { mdWords } from "./markdown-words";

/** What only whoever made the dataset can say. */
const open = (question: string) => `- **Open:** ${question}`;

/**
 * `DATA_STATEMENT.md`: a data statement with the headings of Bender and Friedman (2018). What Gainsay knows is in it;
 * what it cannot know is a question, never an answer.
 */
export function dataStatement(described: Described): string {
  const { origin, survey } = described;
  const people = [...survey.annotators.values()];
  const ofKind = (kind: string) => people.filter(({ kinds }) => kinds.has(kind)).length;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [
      "A. Curation rationale",
      [
        ...choice(described),
        open("Which texts were sought, where, and why? What was left out?"),
        open("What is the dataset for?"),
      ],
    ],
    [
      "B. Language variety",
      [
        `- Languages as the articles name them: ${countsInWords(survey.languages, "not said")}.`,
        open("Which varieties of them, such as by country, region or register?"),
      ],
    ],
    [
      "C. Speaker demographic",
      [
        "- The texts are published articles. Nothing is recorded of who wrote them beyond the field `author`.",
        open("Who are the authors, and whom do they quote?"),
      ],
    ],
    [
      "D. Annotator demographic",
      [
        `- ${counted(ofKind("reviewer"), "reviewer")}, ${counted(ofKind("gold"), "curator")} of gold, ${counted(ofKind("imported"), "annotator")} from other files and ${counted(ofKind("model"), "model")} have work in it, by pseudonyms.`,
        `- ${agreementInShort(origin)}`,
        `- The layer is ${layerInWords[origin.layer]}.`,
        open("Who are they: their languages, training, pay and stance towards the subject?"),
        open("How were they trained, and who wrote the guidelines?"),
      ],
    ],
    [
      "E. Speech situation",
      [
        survey.earliestPublished === null
          ? "- When the articles were published is not said."
          : `- Published from ${survey.earliestPublished.slice(0, 10)} to ${survey.latestPublished?.slice(0, 10)}, written and edited, for readers who are not known.`,
        open("For whom were they written, and about which events?"),
      ],
    ],
    [
      "F. Text characteristics",
      [
        `- ${counted(survey.records, "text")} of ${inFigures(survey.characters)} characters together.`,
        `- Publishers: ${countsInWords(survey.publishers, "not said")}.`,
        ...guidelines(described),
        open("Which genres and topics are in it?"),
      ],
    ],
    [
      "G. Recording quality",
      [
        "- Not applicable: nothing was recorded. Texts are as they were imported; markup was taken out where their format had any.",
      ],
    ],
    ["H. Other", [open("Is there anything that whoever uses it should know, or should not do?")]],
    [
      "I. Provenance appendix",
      [
        ...licence(described).map((line) => `- ${line}`),
        open("Are some of the texts or annotations from another dataset? Then add its statement."),
      ],
    ],
  ];
  return [
    `# Data statement: ${mdWords(origin.title)}`,
    "",
    "What is known to Gainsay is filled in. What it cannot know is marked **Open**, for whoever publishes the dataset to answer.",
    ...sections.flatMap(([title, lines]) => ["", `## ${title}`, "", ...lines]),
    "",
  ].join("\n");
}

import { describe, expect, test } from "vitest";
import { withoutTemplates } from "@/lib/formats/templates";
import { Warnings } from "@/lib/formats/warnings";

/** The source without its code, "◆" where that was, and the lines that were told of. */
function taken(source: string): { source: string; lines: (number | null)[] } {
  const warnings = new Warnings();
  const { source: left, placeholder } = withoutTemplates(source, warnings);
  return {
    source: placeholder === null ? left : left.replaceAll(placeholder, "◆"),
    lines: warnings.list().map(({ line }) => line ?? null),
  };
}

describe("template code", () => {
  test.for([
    {
      name: "of each language",
      source: "a {{ b }} {% c %} {{< d >}} {{% e %}} <% f %> g",
      left: "a ◆ ◆ ◆ ◆ ◆ g",
    },
    {
      name: "of which one begins as another does",
      source: "a {{{ b }}} {{!-- }} --}} c",
      left: "a ◆ ◆ c",
    },
    {
      name: "of Hugo, around words",
      source: '{{< figure src="a.jpg" >}}\n\n{{% notice %}}\na\n{{% /notice %}}',
      left: "\n\n\na\n",
    },
    { name: "of ERB that shows something", source: "a <%= link_to 'x' %> b", left: "a ◆ b" },
    { name: "twice alike on a line", source: "{{ a }} b {{ c }} d", left: "◆ b ◆ d" },
    { name: "by itself on a line", source: "a\n  {{ b }} {{ c }}\t\nd", left: "a\n\nd" },
    { name: "that includes a file", source: "a\n{% include x.html %}\nb", left: "a\n\nb" },
    {
      name: "over several lines, which stay lines",
      source: "a {{ b\nc\n}} d\ne",
      left: "a ◆\n\n d\ne",
    },
    { name: "without an end", source: "a {{ b\n{% c %} d", left: "a {{ b\n◆ d" },
    { name: "without an end in all the text", source: "a {{ b", left: "a {{ b" },
    { name: "whose end stands before it alone", source: "a }} b {{ c", left: "a }} b {{ c" },
    {
      name: "of another kind within braces far apart",
      source: `{{ ${"x".repeat(5000)} }} {% a %} b`,
      left: `{{ ${"x".repeat(5000)} }} ◆ b`,
    },
    { name: "that is as long as code may be", source: `{{${"x".repeat(4998)}}} b`, left: "◆ b" },
    { name: "at the end of the last line", source: "a {{ b }}", left: "a ◆" },
    {
      name: "in a line with a brace and an angle of its own",
      source: "{a} < b {{ c }} d",
      left: "{a} < b ◆ d",
    },
  ])("$name is taken out", ({ source, left }) => {
    expect(taken(source).source).toBe(left);
  });

  test.for([
    {
      name: "raw",
      source: "{% raw %}{{ a }}{% endraw %} {% raw %}b{% endraw %}",
      left: "◆{{ a }} ◆b",
    },
    {
      name: "verbatim",
      source: "{%- verbatim -%}{{ a }}{%- endverbatim -%} b",
      left: "◆{{ a }} b",
    },
    { name: "a comment", source: "a {% comment %}b\nc{% endcomment %} d", left: "a ◆\n d" },
    { name: "raw over lines", source: "{% raw %}\na\n{% endraw %}\nb", left: "\na\n\nb" },
    { name: "raw without an end", source: "x {% raw %} {{ a }} {% raw %}", left: "x ◆ ◆ ◆" },
  ])("what $name encloses is kept or dropped as the language says", ({ source, left }) => {
    expect(taken(source)).toEqual({ source: left, lines: left.includes("◆ ◆ ◆") ? [1] : [] });
  });

  test.for([
    { name: "a fence", source: "```\n{{ a }}\n```\n{{ b }} c", left: "```\n{{ a }}\n```\n◆ c" },
    {
      name: "a fence of tildes",
      source: "~~~ x\n{{ a }}\n```\n{{ b }}\n~~~\n{{ c }} d",
      left: "~~~ x\n{{ a }}\n```\n{{ b }}\n~~~\n◆ d",
    },
    {
      name: "a fence that a shorter one does not end",
      source: "````\n{{ a }}\n```\n{{ b }}\n`````\n{{ c }} d",
      left: "````\n{{ a }}\n```\n{{ b }}\n`````\n◆ d",
    },
    {
      name: "a fence without an end",
      source: "```\n{{ a }}\n\n{{ b }}",
      left: "```\n{{ a }}\n\n{{ b }}",
    },
    {
      name: "an indented fence",
      source: "   ```\n{{ a }}\n   ```\n    ```\n{{ b }} c",
      left: "   ```\n{{ a }}\n   ```\n    ```\n◆ c",
    },
    {
      name: "a fence above one that says a language",
      source: "```\n```js\n{{ a }}\n``` \t\n{{ b }} c",
      left: "```\n```js\n{{ a }}\n``` \t\n◆ c",
    },
    {
      name: "the line of a fence",
      source: "~~~ {{ a }} {.b}\nc\n~~~\n{{ d }} e",
      left: "~~~ {{ a }} {.b}\nc\n~~~\n◆ e",
    },
    {
      name: "a fence below an empty line",
      source: "\n```\n{{ a }}\n```\n{{ b }} c",
      left: "\n```\n{{ a }}\n```\n◆ c",
    },
    {
      name: "a fence of tildes that says what stands in backticks",
      source: "~~~ `a`\n{{ a }}\n~~~\n{{ b }} c",
      left: "~~~ `a`\n{{ a }}\n~~~\n◆ c",
    },
    { name: "backticks", source: "a `{{ b }}` {{ c }} d", left: "a `{{ b }}` ◆ d" },
    {
      name: "backticks, twice on a line",
      source: "`{{ a }}` {{ b }} `{{ c }}` {{ d }}",
      left: "`{{ a }}` ◆ `{{ c }}` ◆",
    },
    {
      name: "one backtick, with two inside",
      source: "a `b ``{{ c }}`` d` {{ e }}",
      left: "a `b ``{{ c }}`` d` ◆",
    },
    {
      name: "three backticks that begin a line",
      source: "```{{ a }}``` {{ b }}\n{{ c }} d",
      left: "```{{ a }}``` ◆\n◆ d",
    },
    {
      name: "backticks behind one within code",
      source: "{{ a ` }} `{{ b }}` c",
      left: "◆ `{{ b }}` c",
    },
    {
      name: "two backticks, with one inside",
      source: "a ``{{ ` }}`` {{ c }} d",
      left: "a ``{{ ` }}`` ◆ d",
    },
  ])("within $name is text", ({ source, left }) => {
    expect(taken(source).source).toBe(left);
  });

  test.for([
    { name: "a backtick that nothing ends", source: "a ` {{ b }} c", left: "a ` ◆ c" },
    {
      name: "one that only the next line would end",
      source: "a ` {{ b }} c\nd `",
      left: "a ` ◆ c\nd `",
    },
    { name: "two that one does not end", source: "a `` {{ b }} ` c", left: "a `` ◆ ` c" },
  ])("after $name is code", ({ source, left }) => {
    expect(taken(source).source).toBe(left);
  });

  test.for([
    { source: "a\n{{ b\n}} c\n{{ d }} e", lines: [2, 4] },
    { source: "{# a #} {/* b */} {{!-- c --}} d", lines: [] },
    { source: "[a]({{ b }}) <a href=\"{{ c }}\" id='{{ d }}'> x={{ e }} f", lines: [] },
    { source: `She said "{{ a }}", and it was '{{ b }}'.`, lines: [1, 1] },
    { source: '"{{ a }}" is what she said.', lines: [1] },
    { source: "[a](b) x=c {{ d }}", lines: [1] },
    { source: "[a] ({{ b }}) c", lines: [1] },
    { source: "```\n{{ a }}\n```\n{{ b }} c", lines: [4] },
  ])("that would have become text is told of: %j", ({ source, lines }) => {
    expect(taken(source).lines).toEqual(lines);
  });

  test("is told of by its beginning, on one line", () => {
    const warnings = new Warnings();
    withoutTemplates(`a {{ b\n  ${"c".repeat(100)} }} d`, warnings);
    const [warning] = warnings.list();
    expect(warning?.message).toBe(
      `Template code is no text, and was left out: {{ b ${"c".repeat(73)}`,
    );
  });

  test("is marked by a character that the text has not", () => {
    const { source, placeholder } = withoutTemplates("\ue000\ue001 {{ a }} b", new Warnings());
    expect(placeholder).toBe("\ue002");
    expect(source).toBe("\ue000\ue001 \ue002 b");
  });

  test("cannot be marked in a text that has all such characters", () => {
    const all = Array.from({ length: 0xf8ff - 0xe000 + 1 }, (_, n) =>
      String.fromCharCode(0xe000 + n),
    );
    expect(() => withoutTemplates(`${all.join("")} {{ a }}`, new Warnings())).toThrow(
      "cannot be told from text",
    );
    const but = `${all.slice(0, -1).join("")} {{ a }}`;
    expect(withoutTemplates(but, new Warnings()).placeholder).toBe("\uf8ff");
  });

  test("is not looked for in a text without any", () => {
    expect(withoutTemplates("a {b} < c", new Warnings())).toEqual({
      source: "a {b} < c",
      placeholder: null,
    });
  });
});

describe("attributes", () => {
  test.for([
    { name: "of kramdown", source: "# A {: .b #c}\n{: .d}\ne", left: "# A \n\ne" },
    {
      name: "of a paragraph and a heading",
      source: "a\n{: .note }\n\n## b {#c}",
      left: "a\n\n\n## b ",
    },
    { name: "of Pandoc", source: "# A {#b}\nc {.d e=f}  ", left: "# A \nc   " },
    { name: "in the middle of a line, which are words", source: "a {#b} c", left: "a {#b} c" },
    {
      name: "in a fence, which are text",
      source: "```\na {#b}\n.a {.b}\n```\nc {#d}",
      left: "```\na {#b}\n.a {.b}\n```\nc ",
    },
    {
      name: "after a longer fence than the one that was open",
      source: "~~~\na {#b}\n~~~~\nc {#d}",
      left: "~~~\na {#b}\n~~~~\nc ",
    },
    {
      name: "in a fence that another mark does not end",
      source: "~~~\n```\na {#b}\n~~~\nc {#d}",
      left: "~~~\n```\na {#b}\n~~~\nc ",
    },
    {
      name: "after code in three backticks, which is no fence",
      source: "```a```\nb {#c}",
      left: "```a```\nb ",
    },
    { name: "of nothing", source: "a {:} {# } {#", left: "a {:} {# } {#" },
  ])("$name are taken out", ({ source, left }) => {
    expect(taken(source).source).toBe(left);
  });
});

describe("a program", () => {
  test.for([
    { source: 'import A from "a"\n\n# T', line: 1 },
    { source: "# T\n\nimport 'a';\n", line: 3 },
    { source: "export default Layout", line: 1 },
    { source: "export const meta = { a: 1 }", line: 1 },
    { source: '```\nimport A from "a"\n```\nexport default () => 1', line: 4 },
    { source: "export async function a() {}", line: 1 },
    { source: 'import A, {\n  b as $b,\n  C\n} from "a"', line: 1 },
    { source: "a\n\nimport * as A from 'a'", line: 3 },
    { source: '```a```\n\nimport A from "a"', line: 3 },
    { source: '~~~\n```\n~~~\nimport A from "a"', line: 4 },
  ])("that begins a line is refused: %j", ({ source, line }) => {
    expect(() => withoutTemplates(source, new Warnings())).toThrow(
      expect.objectContaining({ code: "unsupported", details: { line } }),
    );
  });

  test.for([
    "import duties rose",
    "export of grain",
    '```js\nimport A from "a"\n```',
    "```\nexport const meta = { a: 1 }\n```",
    "```\nexport default Layout\n```",
    '~~~\nimport A from "a"\n~~~',
    '~~~\n```\nimport A from "a"\n~~~',
    '```\nimport A from "a"\n```js\nexport default A',
    "an import 'a'",
  ])("is not what %j is", (source) => {
    expect(taken(source).source).toBe(source);
  });
});

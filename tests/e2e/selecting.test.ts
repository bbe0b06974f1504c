import { describe, expect, test } from "vitest";
import { aWorkbench, ownSet, type Person } from "../setup/annotating";
import { aReaderWith, type Hands, readers } from "../setup/hands";
import { anArticle } from "../setup/world";

const workbench = aWorkbench();

/** Paragraphs in the scripts that are read daily, and one of what is no letter. */
const text = [
  "The pilot met a woman named Ada on Thursday in January. “It is so,” she said to social-media users. Nobody else was asked.",
  "وزارت بهداشت روز پنجشنبه اعلام کرد که این ادعاها بی‌اساس است. او گفت: «دروغ می‌گویند».",
  "نفت وزارة التموين يوم الاثنين صحة وثيقة انتشرت على نطاق واسع. وقالت إنها مزوّرة.",
  "Министр заявил в четверг, что эти утверждения — ложь. Он ушёл из-за этого.",
  "外交部发言人星期二否认了有关报道。她说，这份协议是伪造的。",
  "Then 👩‍👩‍👧 waved 👍🏽, cafe\u0301 closed.",
].join("\n\n");

const [english, persian, arabic, russian, chinese, emoji] = [0, 1, 2, 3, 4, 5];

describe.for(readers)("in $name", ({ start, missing }) => {
  describe.skipIf(missing !== null)(missing ?? "with its mouse and keys", () => {
    const reader = aReaderWith(start);

    async function opened(): Promise<{ hands: Hands; person: Person; article: string }> {
      const person = await workbench.aPerson();
      const { id } = await anArticle(person.project.id, text);
      const hands = await reader.open(workbench.url, person, id);
      await expect.poll(() => hands.focus()).toBe("the text");
      return { hands, person, article: id };
    }

    const spansOf = async ({ person, article }: { person: Person; article: string }) =>
      (await ownSet(person.user, article)).spans.map(({ quote }) => quote);

    describe("a careless drag gives whole words", () => {
      test.for([
        {
          script: "Latin",
          block: english,
          from: "et a wom",
          to: "Thursday in Janu",
          selected: "met a woman named Ada on Thursday in January",
        },
        {
          script: "Persian",
          block: persian,
          from: "زارت",
          to: "بی‌اسا",
          selected: "وزارت بهداشت روز پنجشنبه اعلام کرد که این ادعاها بی‌اساس",
        },
        {
          script: "Arabic",
          block: arabic,
          from: "زارة",
          to: "وثيق",
          selected: "وزارة التموين يوم الاثنين صحة وثيقة",
        },
        {
          script: "Cyrillic",
          block: russian,
          from: "нистр",
          to: "утвержд",
          selected: "Министр заявил в четверг, что эти утверждения",
        },
        {
          script: "Chinese",
          block: chinese,
          from: "交部",
          to: "有关报",
          selected: "外交部发言人星期二否认了有关报道",
        },
      ])("of $script", async ({ block, from, to, selected }) => {
        const { hands } = await opened();
        await hands.drag(await hands.start(block, from), await hands.end(block, to));
        expect(await hands.selection()).toBe(selected);
      });

      test("from the end to the beginning, too", async () => {
        const { hands } = await opened();
        await hands.drag(await hands.end(english, "a wom"), await hands.start(english, "ilot met"));
        expect(await hands.selection()).toBe("pilot met a woman");
      });

      test("with the quotation marks if both are in it", async () => {
        const { hands } = await opened();
        await hands.drag(await hands.start(english, " “It"), await hands.end(english, "so,” "));
        expect(await hands.selection()).toBe("“It is so,”");
        await hands.drag(await hands.start(english, "t is so"), await hands.end(english, "so,” "));
        expect(await hands.selection()).toBe("It is so");
      });

      test("and with Alt just what was selected, in whole characters", async () => {
        const { hands } = await opened();
        await hands.keyDown("Alt");
        await hands.drag(await hands.start(english, "et a"), await hands.end(english, "named Ad"));
        await hands.keyUp("Alt");
        expect(await hands.selection()).toBe("et a woman named Ad");
        await hands.press("1");
        await expect.poll(() => hands.spans()).toEqual(["et a woman named Ad"]);
      });

      test("around emoji and letters with marks", async () => {
        const { hands } = await opened();
        await hands.drag(await hands.start(emoji, "👩‍👩‍👧 w"), await hands.end(emoji, "caf"));
        expect(await hands.selection()).toBe("👩‍👩‍👧 waved 👍🏽, cafe\u0301");
      });

      test("while a press with an unsteady hand selects nothing", async () => {
        const { hands } = await opened();
        const [x, y] = await hands.end(english, "wom");
        await hands.drag([x - 1, y], [x + 1, y]);
        expect(await hands.selection()).toBe("");
      });
    });

    test.for([
      {
        script: "Latin",
        block: english,
        at: "al-me",
        word: "social-media",
        sentence: "“It is so,” she said to social-media users",
      },
      {
        script: "Persian",
        block: persian,
        at: "‌اسا",
        word: "بی‌اساس",
        sentence: "وزارت بهداشت روز پنجشنبه اعلام کرد که این ادعاها بی‌اساس است",
      },
      {
        script: "Chinese",
        block: chinese,
        at: "协议",
        word: "协议",
        sentence: "她说，这份协议是伪造的",
      },
    ])(
      "presses select the word, the sentence and the paragraph in $script",
      async ({ block, at, word, sentence }) => {
        const { hands } = await opened();
        const place = await hands.under(block, at);
        await hands.presses(place, 2);
        expect(await hands.selection()).toBe(word);
        await hands.presses(place, 3);
        expect(await hands.selection()).toBe(sentence);
        await hands.presses(place, 4);
        expect(await hands.selection()).toMatch(/[^.。]$/);
        expect((await hands.selection()).length).toBeGreaterThan(sentence.length);
      },
    );

    test("a double press that is dragged on selects whole words", async () => {
      const { hands } = await opened();
      await hands.presses(await hands.under(english, "oman"), 2, await hands.end(english, "Thurs"));
      expect(await hands.selection()).toBe("woman named Ada on Thursday");
    });

    test("a drag into the next paragraph says so, and makes a span with a part in each", async () => {
      const { hands, ...page } = await opened();
      await hands.hold(await hands.start(russian, "н ушёл"), await hands.end(chinese, "外交"));
      await expect.poll(() => hands.words("2 paragraphs")).toBe(true);
      await hands.letGo();
      await hands.press("1");
      await expect.poll(() => spansOf(page)).toEqual(["Он ушёл из-за этого 外交部"]);
      const [span] = (await ownSet(page.person.user, page.article)).spans;
      expect(span?.fragments).toHaveLength(2);
    });

    test("with Alt it is one part", async () => {
      const { hands, ...page } = await opened();
      await hands.keyDown("Alt");
      await hands.drag(await hands.start(russian, "Он ушёл"), await hands.end(chinese, "外交部"));
      await hands.keyUp("Alt");
      await hands.press("1");
      await expect.poll(() => spansOf(page)).toEqual(["Он ушёл из-за этого.\n\n外交部"]);
    });

    test("over more than that it asks, and Enter says yes", async () => {
      const { hands, ...page } = await opened();
      await hands.drag(await hands.start(arabic, "زوّرة"), await hands.end(chinese, "外交"));
      await hands.press("1");
      await expect.poll(() => hands.words("One span over 3 paragraphs?")).toBe(true);
      await hands.press("Escape");
      await expect.poll(() => hands.focus()).toBe("the text");
      await expect.poll(() => hands.selection()).toContain("Министр");
      expect(await spansOf(page)).toEqual([]);
      await hands.press("1");
      await expect.poll(() => hands.words("Make the span")).toBe(true);
      await expect.poll(() => hands.focus()).toBe("Cancel");
      await hands.press("Tab");
      await hands.press("Enter");
      await expect.poll(async () => (await spansOf(page))[0]).toMatch(/^مزوّرة Министр .* 外交部$/);
    });

    test("handles move the edges of the selected span to whole words, in one step of undo", async () => {
      const { hands, ...page } = await opened();
      await hands.drag(await hands.start(english, "woman"), await hands.end(english, "named"));
      await hands.press("1");
      await expect.poll(() => hands.spans()).toEqual(["woman named"]);
      const end = await hands.handle("end");
      const [ended] = await hands.end(english, "named");
      const [further] = await hands.end(english, "Thurs");
      await hands.drag(end, [end[0] + further - ended, end[1]]);
      await expect.poll(() => spansOf(page)).toEqual(["woman named Ada on Thursday"]);
      await hands.press("Control+z");
      await expect.poll(() => spansOf(page)).toEqual(["woman named"]);
      await hands.keyDown("Alt");
      const start = await hands.handle("start");
      const [started] = await hands.start(english, "woman");
      const [later] = await hands.start(english, "oman");
      await hands.drag(start, [start[0] + later - started, start[1]]);
      await hands.keyUp("Alt");
      await expect.poll(() => spansOf(page)).toEqual(["oman named"]);
    });

    test("a drag from the selected span to another one links the two, and selects nothing", async () => {
      const { hands, ...page } = await opened();
      await hands.drag(await hands.start(english, "woman"), await hands.end(english, "named"));
      await expect.poll(() => hands.selection()).toBe("woman named");
      await hands.press("1");
      await expect.poll(() => hands.spans()).toEqual(["woman named"]);
      await hands.leaveStrip();
      await hands.drag(await hands.start(english, "Nobody"), await hands.end(english, "asked"));
      await expect.poll(() => hands.selection()).toBe("Nobody else was asked");
      await hands.press("2");
      await expect.poll(() => hands.spans()).toEqual(["woman named", "Nobody else was asked"]);
      await hands.leaveStrip();
      await hands.hold(await hands.start(english, "else"), await hands.end(english, "named"));
      await expect.poll(() => hands.words("denies")).toBe(true);
      await hands.letGo();
      const relations = async () => (await ownSet(page.person.user, page.article)).relations;
      await expect
        .poll(async () => (await relations()).map(({ type }) => type))
        .toEqual(["denies"]);
      expect(await hands.selection()).toBe("");
      expect(await spansOf(page)).toEqual(["woman named", "Nobody else was asked"]);
    });

    describe("by keys", () => {
      test("the caret is in the text from the beginning, and what Shift selects becomes whole words", async () => {
        const { hands } = await opened();
        await hands.held("Shift", ["ArrowRight", "ArrowRight"]);
        expect(await hands.selection()).toBe("The");
        await hands.held("Shift", ["ArrowRight", "ArrowRight"]);
        expect(await hands.selection()).toBe("The pilot");
        await hands.held("Shift", ["ArrowLeft"]);
        expect(await hands.selection()).toBe("The");
        await hands.held("Shift", ["ArrowLeft"]);
        expect(await hands.selection()).toBe("");
      });

      test("W, S and P take the word, the sentence and the paragraph, and then the next", async () => {
        const { hands } = await opened();
        const grown: string[] = [];
        for (const key of ["w", "w", "s", "s", "p", "p"]) {
          await hands.press(key);
          grown.push(await hands.selection());
        }
        const sentence = "The pilot met a woman named Ada on Thursday in January";
        expect(grown.slice(0, 3)).toEqual(["The", "The pilot", sentence]);
        expect(grown[3]).toBe(`${sentence}. “It is so,” she said to social-media users`);
        expect(grown[4]).toMatch(/^The pilot .* Nobody else was asked$/);
        expect(grown[5]).toMatch(/asked\.\s+وزارت.*«دروغ می‌گویند»$/s);
      });

      test("brackets move the edges of the selection", async () => {
        const { hands } = await opened();
        for (const key of ["w", "Shift+]", "Shift+]", "]"]) await hands.press(key);
        expect(await hands.selection()).toBe("pilot met");
        await hands.press("Shift+[");
        expect(await hands.selection()).toBe("pilot");
        await hands.press("[");
        expect(await hands.selection()).toBe("The pilot");
        await hands.press("Alt+]");
        await hands.press("Alt+Shift+[");
        expect(await hands.selection()).toBe("he pilo");
        await hands.press("1");
        await expect.poll(() => hands.spans()).toEqual(["he pilo"]);
      });

      test("and those of the selected span, held down in one step of undo", async () => {
        const { hands, ...page } = await opened();
        for (const key of ["w", "1"]) await hands.press(key);
        await hands.press("Shift+]");
        await expect.poll(() => hands.spans()).toEqual(["The pilot"]);
        await hands.press("Shift+]");
        await expect.poll(() => spansOf(page)).toEqual(["The pilot met"]);
        await hands.press("Control+z");
        await expect.poll(() => spansOf(page)).toEqual(["The pilot"]);
      });
    });
  });
});

import { expect, test } from "vitest";
import { FindInArticle } from "@/lib/annotator/find-in-article";
import { ArticleText } from "@/lib/domain/text";

/** Looking in "Deny, he denies. 😀 She denied." from an offset. */
const from = (offset: number) =>
  new FindInArticle(new ArticleText("Deny, he denies. 😀 She denied."), offset);

const place = (find: FindInArticle) => `${find.number}/${find.count} at ${find.current?.start}`;

test("begins with the first hit from where the reader is", () => {
  const find = from(5);
  find.look("den");
  expect(place(find)).toBe("2/3 at 9");
});

test("begins with the first of all where none comes after", () => {
  const find = from(25);
  find.look("den");
  expect(place(find)).toBe("1/3 at 0");
});

test("stays at a hit while what is typed goes on to fit it", () => {
  const find = from(0);
  find.look("den");
  find.step(1);
  find.look("denie");
  expect(place(find)).toBe("1/2 at 9");
  find.look("denied");
  expect(place(find)).toBe("1/1 at 23");
});

test("comes back to where it was when what found nothing is taken away", () => {
  const find = from(0);
  find.look("denied");
  find.look("deniedx");
  expect(find.isLooking).toBe(true);
  expect(place(find)).toBe("0/0 at undefined");
  find.look("den");
  expect(place(find)).toBe("3/3 at 23");
});

test("goes round at either end, and says so", () => {
  const find = from(0);
  find.look("den");
  expect([find.step(-1), place(find)]).toEqual([true, "3/3 at 23"]);
  expect([find.step(1), place(find)]).toEqual([true, "1/3 at 0"]);
  expect([find.step(1), place(find)]).toEqual([false, "2/3 at 9"]);
});

test("without a hit there is nowhere to go, and without words nothing to look for", () => {
  const find = from(0);
  find.look("x");
  expect(find.step(1)).toBe(false);
  find.look(" ");
  expect([find.isLooking, find.count, find.current]).toEqual([false, 0, null]);
});

test.for([
  { name: "those that begin in it", start: 0, end: 20, most: 10, found: [0, 9] },
  { name: "no more than are asked for", start: 0, end: 40, most: 2, found: [0, 9] },
  { name: "those from its start on", start: 1, end: 40, most: 10, found: [9, 23] },
])("of a part of the text, the hits are $name", ({ start, end, most, found }) => {
  const find = from(0);
  find.look("den");
  expect(find.hitsIn({ start, end }, most).map((hit) => hit.start)).toEqual(found);
});

import { beforeEach, expect, test, vi } from "vitest";
import { inNextFrame } from "@/components/ui/next-frame";

let frames: (() => void)[] = [];

/** A browser whose frames come when a test says so. */
beforeEach(() => {
  frames = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("requestAnimationFrame", (work: () => void) => frames.push(work));
  vi.stubGlobal("cancelAnimationFrame", (frame: number) => {
    frames[frame - 1] = () => {};
  });
  return () => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  };
});

const draw = () => {
  for (const work of [...frames]) work();
};

test("the work is done with the frame, once", () => {
  const work = vi.fn();
  inNextFrame(work);
  expect(work).not.toHaveBeenCalled();
  draw();
  vi.runAllTimers();
  expect(work).toHaveBeenCalledOnce();
});

test("where no frame comes, it is done all the same, and not again when one does", () => {
  const work = vi.fn();
  inNextFrame(work);
  vi.runAllTimers();
  expect(work).toHaveBeenCalledOnce();
  draw();
  expect(work).toHaveBeenCalledOnce();
});

test("what is called off is not done", () => {
  const work = vi.fn();
  inNextFrame(work)();
  draw();
  vi.runAllTimers();
  expect(work).not.toHaveBeenCalled();
});

import { Fragment } from "react";

/** What is written on keys whose names are longer. */
const caps: Readonly<Record<string, string>> = {
  Escape: "Esc",
  Delete: "Del",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  ArrowUp: "Up",
  ArrowDown: "Down",
};

/** Keys to press, written "Ctrl+Shift+Z" or "Ctrl++": each in its own cap. */
export function Kbd({ children }: { children: string }) {
  const keys = children.split(/\+(?=.)/);
  return (
    <kbd className="inline-flex gap-0.5 font-sans text-xs" dir="ltr">
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && <span className="sr-only">+</span>}
          <kbd className="min-w-5 rounded-sm border border-current/40 px-1 text-center font-sans leading-4.5">
            {caps[key] ?? key}
          </kbd>
        </Fragment>
      ))}
    </kbd>
  );
}

import { Fragment } from "react";

/** Keys to press, written "Ctrl+Shift+Z": each in its own cap. */
export function Kbd({ children }: { children: string }) {
  const keys = children.split("+");
  return (
    <kbd className="inline-flex gap-0.5 font-sans text-xs" dir="ltr">
      {keys.map((key, index) => (
        <Fragment key={key}>
          {index > 0 && <span className="sr-only">+</span>}
          <kbd className="min-w-5 rounded-sm border border-current/40 px-1 text-center font-sans leading-4.5">
            {key}
          </kbd>
        </Fragment>
      ))}
    </kbd>
  );
}

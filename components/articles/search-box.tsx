"use client";

import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from "react";
import { MAX_QUERY_LENGTH } from "@/lib/domain/article-list";
import { TextField } from "../ui/field";
import { Icon } from "../ui/icons";
import { Kbd } from "../ui/kbd";
import { Spinner } from "../ui/spinner";
import { isSearchKey, isTyping } from "./list-navigation";
import type { ChangeQuery } from "./use-list-query";

/** From the last key to the search, in milliseconds: less than a pause, more than a keystroke. */
const SEARCH_AFTER = 250;

/** Searches while one types; what one typed is one step back in the browser's history. */
export function SearchBox({
  q,
  serial,
  change,
  isBusy,
  input,
  onDown,
}: {
  /** What is asked for. */
  q: string;
  /** Of the change that asked for it. */
  serial: number;
  change: ChangeQuery;
  isBusy: boolean;
  input: RefObject<HTMLInputElement | null>;
  /** The arrow down, into the list. */
  onDown: () => void;
}) {
  const [typed, setTyped] = useState(q);
  /** The last change of this box. */
  const own = useRef(serial);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const isBurst = useRef(false);

  useEffect(() => {
    if (serial <= own.current) return;
    own.current = serial;
    isBurst.current = false;
    clearTimeout(timer.current);
    setTyped(q);
  }, [q, serial]);

  const search = (text: string) => {
    clearTimeout(timer.current);
    const before = own.current;
    own.current = change({ q: text.trim().toWellFormed() }, isBurst.current ? "replace" : "push");
    if (own.current > before) isBurst.current = true;
  };
  const type = (text: string, isComposing: boolean) => {
    setTyped(text);
    clearTimeout(timer.current);
    // An input method's half-made words are not yet what is looked for.
    if (!isComposing) timer.current = setTimeout(() => search(text), SEARCH_AFTER);
  };
  const takeUp = useEffectEvent(() => {
    const early = input.current?.value ?? ""; // typed before the page listened
    if (early !== typed) type(early, false);
  });
  useEffect(() => {
    takeUp();
    return () => clearTimeout(timer.current);
  }, []);

  const clear = () => {
    setTyped("");
    search("");
    input.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") search(typed);
    else if (event.key === "Escape" && typed !== "") clear();
    else if (event.key === "ArrowDown") onDown();
    else return;
    event.preventDefault();
  };

  const focusOn = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (isTyping(event) || !isSearchKey(event)) return;
    event.preventDefault();
    input.current?.focus();
    input.current?.select();
  });
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => focusOn(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);

  return (
    <search className="group relative min-w-0 grow basis-64">
      <TextField
        ref={input}
        label="Search in titles and texts"
        hideLabel
        type="search"
        value={typed}
        placeholder="Search in titles and texts"
        maxLength={MAX_QUERY_LENGTH}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        enterKeyHint="search"
        aria-keyshortcuts="/"
        className="[&_input]:px-9.5 [&_input::-webkit-search-cancel-button]:hidden"
        onChange={({ target, nativeEvent }) =>
          type(target.value, nativeEvent instanceof InputEvent && nativeEvent.isComposing)
        }
        onCompositionEnd={({ currentTarget }) => type(currentTarget.value, false)}
        onBlur={() => {
          isBurst.current = false;
        }}
        onKeyDown={press}
      />
      <span className="search-sign">{isBusy ? <Spinner size={18} /> : <Icon name="search" />}</span>
      {typed !== "" ? (
        <button
          type="button"
          aria-label="Clear the search"
          onMouseDown={(event) => event.preventDefault()}
          onClick={clear}
          className="search-clear"
        >
          <Icon name="close" size={16} />
        </button>
      ) : (
        <span aria-hidden="true" className="search-key">
          <Kbd>/</Kbd>
        </span>
      )}
    </search>
  );
}

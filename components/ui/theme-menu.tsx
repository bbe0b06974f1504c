"use client";

import { useState } from "react";
import { MenuChoice } from "./menu-items";
import { type Theme, themeCookie } from "./theme";

const options = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const satisfies readonly { value: Theme; label: string }[];

/** The choice of colours, inside a menu: applied at once and kept for a year. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  function choose(next: Theme) {
    setTheme(next);
    document.documentElement.dataset.theme = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing outside https
    document.cookie = `${themeCookie}=${next}; path=/; max-age=31536000; samesite=lax`;
  }
  return <MenuChoice label="Colours" options={options} value={theme} onValueChange={choose} />;
}

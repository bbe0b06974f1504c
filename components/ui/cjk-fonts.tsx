"use client";

import { useEffect } from "react";

/**
 * The sheets with the faces of Chinese, Japanese and Korean, some 30 KiB each, by the face that the browser
 * fetches in place of theirs as long as they are not there (app/fonts.css).
 */
const sheets: Readonly<Record<string, () => Promise<unknown>>> = {
  "wanted-noto-sans-sc": () => import("@fontsource-variable/noto-sans-sc/wght.css"),
  "wanted-noto-serif-sc": () => import("@fontsource-variable/noto-serif-sc/wght.css"),
  "wanted-noto-serif-tc": () => import("@fontsource-variable/noto-serif-tc/wght.css"),
  "wanted-noto-serif-jp": () => import("@fontsource-variable/noto-serif-jp/wght.css"),
  "wanted-noto-serif-kr": () => import("@fontsource-variable/noto-serif-kr/wght.css"),
};

/** Fetches the sheets whose characters are on the page, and those that come onto it. */
export function CjkFonts() {
  useEffect(() => {
    const fetchWanted = () => {
      for (const { family, status } of document.fonts) {
        // Without a network the page stays as it is; the next text tries again.
        if (status === "loaded") sheets[family]?.().catch(() => undefined);
      }
    };
    fetchWanted();
    document.fonts.addEventListener("loadingdone", fetchWanted);
    return () => document.fonts.removeEventListener("loadingdone", fetchWanted);
  }, []);
  return null;
}

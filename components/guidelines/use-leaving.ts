"use client";

import { useEffect, useState } from "react";

/**
 * Has somebody who leaves the page asked first, while there is something to lose.
 *
 * @returns where they wanted to go, within the site; null while they do not. The browser asks by itself about
 *   leaving the site.
 */
export function useLeaving(asks: boolean) {
  const [to, setTo] = useState<string | null>(null);
  useEffect(() => {
    if (!asks) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    const follow = (event: MouseEvent) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (!link?.href || (link.target && link.target !== "_self")) return;
      const address = new URL(link.href);
      if (address.origin !== location.origin || address.pathname === location.pathname) return;
      event.preventDefault();
      event.stopPropagation();
      setTo(address.pathname + address.search + address.hash);
    };
    window.addEventListener("beforeunload", warn);
    // Before the link itself hears of it.
    document.addEventListener("click", follow, { capture: true });
    return () => {
      window.removeEventListener("beforeunload", warn);
      document.removeEventListener("click", follow, { capture: true });
    };
  }, [asks]);
  return { to, stay: () => setTo(null) };
}

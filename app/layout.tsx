import sans from "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2";
import serif from "@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { preload } from "react-dom";
import { CjkFonts } from "@/components/ui/cjk-fonts";
import { readTheme, themeCookie } from "@/components/ui/theme";
import { Toaster } from "@/components/ui/toaster";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Gainsay", template: "%s · Gainsay" },
  description:
    "A workbench for people who study disinformation: mark who claims what, who denies it and who is said to have said it.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fffefb" },
    { media: "(prefers-color-scheme: dark)", color: "#1e2023" },
  ],
};

/** Reading the cookie also makes every page dynamic, which its nonce for scripts needs. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  for (const font of [sans, serif]) {
    // On every page; the browser would else learn of them when it has the style sheet and the page.
    preload(font, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
  }
  return (
    <html lang="en" data-theme={theme}>
      <head>
        {/* Not with the viewport, which Next takes out and puts in again with each page gone to: browsers then
        work out the looks of all elements of the page that is about to go. */}
        <meta name="color-scheme" content="light dark" />
      </head>
      <body>
        <div className="root">{children}</div>
        <Toaster theme={theme} />
        <CjkFonts />
      </body>
    </html>
  );
}

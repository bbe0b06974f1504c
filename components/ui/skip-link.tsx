/** Past the top bar by the first Tab; drawn by the server, before the shell. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only rounded-md bg-accent text-on-accent focus:not-sr-only focus:fixed focus:start-3 focus:top-2 focus:z-20 focus:px-4 focus:py-2"
    >
      Skip to the content
    </a>
  );
}

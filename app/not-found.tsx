import NotFound from "./(workbench)/not-found";

export { metadata } from "./(workbench)/not-found";

/** Outside the shell, a page needs a main landmark of its own. */
export default function NotFoundOutside() {
  return (
    <main className="grid min-h-dvh place-content-center">
      <NotFound />
    </main>
  );
}

/** The product's name: a struck-through line is the idea of it. */
export function Wordmark() {
  return (
    <span translate="no" className="font-reading text-xl leading-none font-bold tracking-tight">
      Gain<span className="text-accent">say</span>
    </span>
  );
}

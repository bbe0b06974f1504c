/** Something is under way, said by the words beside it. */
export function Spinner({ size = 16 }: { size?: number }) {
  return (
    <svg
      aria-hidden="true"
      className="shrink-0 animate-spin motion-reduce:animate-none"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={2.2}
      strokeLinecap="round"
    >
      <circle cx="10" cy="10" r="7" opacity={0.25} />
      <path d="M17 10a7 7 0 0 0-7-7" />
    </svg>
  );
}

import { Icon } from "@/components/ui/icons";

const marks = {
  to: { icon: "arrow", words: "to" },
  from: { icon: "arrow", words: "from" },
  both: { icon: "bothWays", words: "both ways with" },
} as const;

/** The way of a relation between what stands before and after; drawn, for few fonts have arrows. */
export function DirectionMark({ direction }: { direction: keyof typeof marks }) {
  const { icon, words } = marks[direction];
  return (
    <>
      <span className={direction === "from" ? "-scale-x-100" : undefined}>
        <Icon name={icon} size={16} />
      </span>
      <span className="sr-only"> {words} </span>
    </>
  );
}

import { Skeleton } from "@/components/ui/progress";

export default function Loading() {
  return (
    <div className="mx-auto max-w-[52rem] px-4 pt-20 sm:px-14" aria-busy="true">
      <Skeleton lines={12} />
    </div>
  );
}

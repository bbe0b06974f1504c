import { ListFrame } from "@/components/articles/list-frame";
import { RowSkeletons } from "@/components/articles/row-skeletons";
import { PageHeader } from "@/components/ui/page";

export default function Loading() {
  return (
    <ListFrame>
      <div aria-busy="true">
        <PageHeader title="Articles" />
        <RowSkeletons />
      </div>
    </ListFrame>
  );
}

import { redirect } from "next/navigation";

export default async function ProjectPage({ params }: PageProps<"/projects/[project]">) {
  const { project } = await params;
  redirect(`/projects/${encodeURIComponent(project)}/articles`);
}

import { closeDatabase } from "@/lib/store/database";
import { startJobs } from "@/lib/workflow/jobs";

// A process that does nothing but run jobs on DATABASE_URL, until it is told to stop or is killed.
const jobs = await startJobs({ onDefect: (error) => console.error(error) });
process.on("SIGTERM", async () => {
  await jobs.stop();
  await closeDatabase();
  process.exit(0);
});

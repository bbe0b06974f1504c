// A launcher that follows orders as those of `scripts` do, and a child that writes a line for each order
// it gets, below one that names the launcher. It ends with the launcher.
import { spawn } from "node:child_process";
import { followOrders } from "@/scripts/launch.mjs";

const child = spawn(
  process.execPath,
  [
    "-e",
    `for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => console.log("ordered"));
     setInterval(() => undefined, 1000);
     process.on("disconnect", () => process.exit());
     console.log("follows " + process.ppid);`,
  ],
  { stdio: ["ignore", "inherit", "inherit", "ipc"] },
);
followOrders(child, ["SIGINT", "SIGTERM", "SIGHUP"]);

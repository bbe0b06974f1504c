import { onDemand } from "./on-demand";

/** What is in the menus of the top bar. */
export const shellMenus = onDemand(() => import("./shell-menu-items"));

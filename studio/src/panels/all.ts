/** All built-in panels. Whoever draws or sets up panels imports the kind from here. */
import { load, panels } from "~/extensions/kinds";

// biome-ignore lint/performance/noBarrelFile: who needs panels gets them registered, and no form waits for them
export { panels, textOf, useAll } from "~/extensions/kinds";

load(panels, import.meta.glob("./*/index.ts", { eager: true }));

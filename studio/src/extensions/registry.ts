/** All kinds with all built-in descriptors: those of interfaces and panels, too. For forms and whoever sets up fields. */
import { interfaces, load, panels } from "./kinds";

// biome-ignore lint/performance/noBarrelFile: who needs interfaces gets them registered, and no list waits for them
export { displays, interfaces, layouts, panels, textOf, useAll } from "./kinds";

load(interfaces, import.meta.glob("../interfaces/*/index.ts", { eager: true }));
load(panels, import.meta.glob("../panels/*/index.ts", { eager: true }));

/** All kinds of forms with all built-in descriptors: those of interfaces, too. For forms and whoever sets up fields. */
import { interfaces, load } from "./kinds";

// biome-ignore lint/performance/noBarrelFile: who needs interfaces gets them registered, and no list waits for them
export { displays, interfaces, layouts, textOf, useAll } from "./kinds";

load(interfaces, import.meta.glob("../interfaces/*/index.ts", { eager: true }));

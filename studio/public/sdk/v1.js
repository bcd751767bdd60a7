// The module that extensions import as "@satchel/studio". It hands on what the running studio offers.
const studio = globalThis[Symbol.for("satchel.studio.v1")];
export const {
  version,
  api,
  navigate,
  openItem,
  toast,
  confirm,
  pickItems,
  pickFile,
  schema,
  commands,
  tokens,
  t,
  format,
  locale,
  direction,
  overlay,
  icon,
} = studio;
export default studio;

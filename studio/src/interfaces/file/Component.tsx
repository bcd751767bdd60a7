import type { InterfaceProps } from "~/extensions/contract";
import { FileInterface } from "../FileInterface";

export default function OneFile(props: InterfaceProps) {
  return <FileInterface {...props} image={false} />;
}

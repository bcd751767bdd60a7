/** Rows and columns; on a phone, one card after the other. */
import { useContext } from "react";
import { Grid } from "~/grid/Grid";
import { usePhone } from "~/shell/screen";
import { TableContext } from "./context";
import { PhoneRows } from "./PhoneRows";

export default function Tabular() {
  const table = useContext(TableContext);
  const phone = usePhone();
  if (!table) return null;
  return phone ? <PhoneRows {...table} /> : <Grid {...table} />;
}

/** Rows and columns; on a phone, one card after the other. */
import { lazy, useContext } from "react";
import { Grid } from "~/grid/Grid";
import { usePhone } from "~/shell/screen";
import { TableContext } from "./context";

const PhoneRows = lazy(() => import("./PhoneRows").then((file) => ({ default: file.PhoneRows })));

export default function Tabular() {
  const table = useContext(TableContext);
  const phone = usePhone();
  if (!table) return null;
  return phone ? <PhoneRows {...table} /> : <Grid {...table} />;
}

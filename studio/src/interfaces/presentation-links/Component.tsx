/** Links as buttons. `{{field}}` in an address stands for the item's value. */
import { ExternalLink } from "lucide-react";
import type { InterfaceProps } from "~/extensions/contract";
import { useForm } from "~/form/context";
import { useDerived } from "~/form/store";
import { ButtonLink } from "~/kit/Button";
import { Icon } from "~/kit/Icon";
import { address, fieldsOfAddress, type StoredLink } from "./address";

export default function LinksInterface({ options }: InterfaceProps<unknown, { links?: StoredLink[] }>) {
  const { store } = useForm();
  const links = options.links ?? [];
  const key = useDerived(
    store,
    links.flatMap((link) => fieldsOfAddress(link.url ?? "")),
    () => JSON.stringify(links.map((link) => address(link.url ?? "", store.snapshot()))),
  );
  const urls = JSON.parse(key) as (string | null)[];
  return (
    <div className="flex flex-wrap gap-2">
      {links.map((link, index) => {
        const url = urls[index];
        return (
          <ButtonLink
            // biome-ignore lint/suspicious/noArrayIndexKey: links have no names and don't move
            key={index}
            href={url ?? undefined}
            isDisabled={!url}
            target="_blank"
            rel="noopener noreferrer"
            look={link.type === "primary" ? "primary" : "secondary"}
            icon={link.icon ? <Icon name={link.icon} /> : <ExternalLink size={16} />}
          >
            {link.label}
          </ButtonLink>
        );
      })}
    </div>
  );
}

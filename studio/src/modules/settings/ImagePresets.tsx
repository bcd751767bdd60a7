/** Versions of images with a name, as `?key=thumb` asks for them, each tried on a picture of the library. */
import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { url } from "~/api/address";
import { get } from "~/api/client";
import { t } from "~/i18n/words/admin";
import { Button, IconButton } from "~/kit/Button";
import { Checkbox, NumberField, Select, TextField } from "~/kit/fields";

export interface Preset {
  key: string;
  fit: string;
  width: number | null;
  height: number | null;
  quality: number;
  withoutEnlargement: boolean;
  format: string | null;
  transforms: unknown[] | null;
}

const FITS = ["cover", "contain", "inside", "outside"];
const FORMATS = ["auto", "jpg", "png", "webp", "tiff", "avif"];
const SAME = "same";
const NEW: Preset = {
  key: "",
  fit: "cover",
  width: 400,
  height: 300,
  quality: 80,
  withoutEnlargement: false,
  format: "auto",
  transforms: null,
};

/** `null` where nothing is wrong, else what. */
export function presetProblem(preset: Preset, all: readonly Preset[]): "key" | "taken" | "system" | "size" | null {
  if (!/^[\w-]+$/.test(preset.key)) return "key";
  if (preset.key.startsWith("system-")) return "system";
  if (all.some((one) => one !== preset && one.key === preset.key)) return "taken";
  return preset.width || preset.height || preset.transforms ? null : "size";
}

export function ImagePresets({
  value,
  tried,
  onChange,
}: {
  value: readonly Preset[] | null;
  /** Whether other versions than saved ones may be asked for, so that they can be tried. */
  tried: boolean;
  onChange: (presets: Preset[] | null) => void;
}) {
  const presets = value ?? [];
  const sample = useQuery({
    queryKey: ["files", "sample"],
    queryFn: ({ signal }) =>
      get<{ id: string }[]>(
        "/files",
        {
          fields: "id",
          filter: { type: { _in: ["image/jpeg", "image/png", "image/webp"] } },
          sort: "-filesize",
          limit: 1,
        },
        signal,
      ),
    enabled: tried,
  }).data?.[0]?.id;
  return (
    <div className="flex flex-col gap-3">
      {presets.map((preset, place) => (
        <PresetCard
          // biome-ignore lint/suspicious/noArrayIndexKey: a key is what is edited
          key={place}
          preset={preset}
          all={presets}
          sample={tried ? sample : undefined}
          onChange={(changes) => onChange(presets.map((one) => (one === preset ? { ...preset, ...changes } : one)))}
          onRemove={() => onChange(presets.length > 1 ? presets.filter((one) => one !== preset) : null)}
        />
      ))}
      <div>
        <Button icon={<Plus size={16} />} onPress={() => onChange([...presets, { ...NEW }])}>
          {t("settings.preset.add")}
        </Button>
      </div>
    </div>
  );
}

interface PresetCardProps {
  preset: Preset;
  all: readonly Preset[];
  sample: string | undefined;
  onChange: (changes: Partial<Preset>) => void;
  onRemove: () => void;
}

function PresetCard({ preset, all, sample, onChange, onRemove }: PresetCardProps) {
  const problem = presetProblem(preset, all);
  const number = (field: "width" | "height" | "quality") => ({
    label: t(`settings.preset.${field}`),
    minValue: 1,
    value: preset[field] ?? Number.NaN,
    onChange: (count: number) => onChange({ [field]: Number.isNaN(count) ? (field === "quality" ? 80 : null) : count }),
  });
  const name = preset.key || t("settings.preset.unnamed");
  return (
    <fieldset aria-label={name} className="flex flex-col gap-4 rounded-card border border-line bg-surface p-4">
      <div className="flex items-start gap-3">
        <TextField
          label={t("settings.preset.key")}
          mono
          value={preset.key}
          onChange={(key) => onChange({ key: key.trim() })}
          error={problem && (problem !== "key" || preset.key) ? t(`settings.preset.bad.${problem}`) : null}
          className="flex-1"
        />
        <IconButton label={t("settings.preset.remove", { name })} onPress={onRemove} className="mt-6">
          <Trash2 size={16} />
        </IconButton>
      </div>
      <div className="grid grid-cols-3 gap-4 max-sm:grid-cols-2">
        <NumberField {...number("width")} />
        <NumberField {...number("height")} />
        <NumberField {...number("quality")} maxValue={100} />
        <Select
          label={t("settings.preset.fit")}
          choices={FITS.map((id) => ({ id, text: t(`settings.preset.fit.${id}`) }))}
          value={preset.fit}
          onChange={(fit) => onChange({ fit })}
          className="col-span-2"
        />
        <Select
          label={t("settings.preset.format")}
          choices={[
            { id: SAME, text: t("settings.preset.format.same") },
            ...FORMATS.map((id) => ({ id, text: id === "auto" ? t("settings.preset.format.auto") : id.toUpperCase() })),
          ]}
          value={preset.format ?? SAME}
          onChange={(format) => onChange({ format: format === SAME ? null : format })}
        />
      </div>
      <Checkbox isSelected={preset.withoutEnlargement} onChange={(on) => onChange({ withoutEnlargement: on })}>
        {t("settings.preset.small")}
      </Checkbox>
      <Preview key={JSON.stringify(preset)} preset={preset} sample={problem ? undefined : sample} />
    </fieldset>
  );
}

/** What comes of it. Where only presets are allowed it can be seen once it is saved. */
function Preview({ preset, sample }: { preset: Preset; sample: string | undefined }) {
  const [state, setState] = useState<"loading" | "seen" | "refused">("loading");
  const [size, setSize] = useState("");
  if (!sample) return null;
  const { width, height, fit, quality, format, withoutEnlargement, transforms } = preset;
  const source = url(`/assets/${sample}`, { width, height, fit, quality, format, withoutEnlargement, transforms });
  return (
    <figure className="flex flex-col gap-1.5">
      <img
        src={source}
        alt={t("settings.preset.preview")}
        hidden={state === "refused"}
        onLoad={({ currentTarget }) => {
          setState("seen");
          setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight}`);
        }}
        onError={() => setState("refused")}
        className="max-h-48 max-w-full self-start rounded-control border border-line object-contain"
      />
      <figcaption className="text-caption text-fg-2">
        {state === "refused" ? t("settings.preset.refused") : size}
      </figcaption>
    </figure>
  );
}

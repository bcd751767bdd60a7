/** Names of built-in interfaces and their options, and options that several have. */
import type { OptionField } from "~/extensions/contract";

/** A text in the studio's languages. */
export const words = (en: string, de: string, ar: string): Record<string, string> => ({ en, de, ar });

export const PLACEHOLDER: OptionField = {
  field: "placeholder",
  name: words("Placeholder", "Platzhalter", "نص توضيحي"),
  type: "string",
};

export const ICONS: OptionField[] = [
  {
    field: "iconLeft",
    name: words("Icon before", "Symbol davor", "أيقونة قبل"),
    type: "string",
    interface: "select-icon",
    width: "half",
  },
  {
    field: "iconRight",
    name: words("Icon after", "Symbol dahinter", "أيقونة بعد"),
    type: "string",
    interface: "select-icon",
    width: "half",
  },
];

export const FONT: OptionField = {
  field: "font",
  name: words("Font", "Schrift", "الخط"),
  type: "string",
  interface: "select-dropdown",
  width: "half",
  default: "sans-serif",
  options: {
    choices: [
      { text: "Sans", value: "sans-serif" },
      { text: "Serif", value: "serif" },
      { text: "Mono", value: "monospace" },
    ],
  },
};

export const SOFT_LENGTH: OptionField = {
  field: "softLength",
  name: words("Character limit", "Zeichengrenze", "حد الأحرف"),
  type: "integer",
  interface: "input",
  width: "half",
  options: { min: 1 },
};

export const TRIM: OptionField = {
  field: "trim",
  name: words("Trim spaces", "Leerzeichen kürzen", "حذف المسافات"),
  type: "boolean",
  width: "half",
};

export const CHOICES: OptionField = {
  field: "choices",
  name: words("Choices", "Auswahl", "الخيارات"),
  type: "json",
  interface: "list",
  options: {
    template: "{{ text }}",
    fields: [
      {
        field: "text",
        type: "string",
        name: "text",
        meta: { interface: "input", width: "half", translations: named("Text", "Text", "النص") },
      },
      {
        field: "value",
        type: "string",
        name: "value",
        meta: { interface: "input", width: "half", translations: named("Value", "Wert", "القيمة") },
      },
      {
        field: "icon",
        type: "string",
        name: "icon",
        meta: { interface: "select-icon", width: "half", translations: named("Icon", "Symbol", "الأيقونة") },
      },
      {
        field: "color",
        type: "string",
        name: "color",
        meta: { interface: "select-color", width: "half", translations: named("Colour", "Farbe", "اللون") },
      },
    ],
  },
};

export const ALLOW_OTHER: OptionField = {
  field: "allowOther",
  name: words("Allow other values", "Andere Werte erlauben", "السماح بقيم أخرى"),
  type: "boolean",
  width: "half",
};

export const ALLOW_NONE: OptionField = {
  field: "allowNone",
  name: words("Allow no value", "Kein Wert erlaubt", "السماح بعدم وجود قيمة"),
  type: "boolean",
  width: "half",
};

function named(en: string, de: string, ar: string) {
  return Object.entries(words(en, de, ar)).map(([language, translation]) => ({ language, translation }));
}

export const TEMPLATE: OptionField = {
  field: "template",
  name: words("Display template", "Anzeigevorlage", "قالب العرض"),
  type: "string",
  interface: "system-display-template",
};

/** Options of fields with links. */
export const LINKS: OptionField[] = [
  TEMPLATE,
  {
    field: "enableCreate",
    name: words("Create new ones here", "Hier neue anlegen", "إنشاء جديد هنا"),
    type: "boolean",
    width: "half",
    default: true,
  },
  {
    field: "enableSelect",
    name: words("Choose existing ones", "Vorhandene auswählen", "اختيار موجود"),
    type: "boolean",
    width: "half",
    default: true,
  },
  { field: "filter", name: words("Filter", "Filter", "تصفية"), type: "json", interface: "system-filter" },
];

/** Options of fields with files. */
export const FILES: OptionField[] = [
  {
    field: "folder",
    name: words("Folder of uploads", "Ordner für Uploads", "مجلد الرفع"),
    type: "uuid",
    interface: "system-folder",
    width: "half",
  },
  {
    field: "allowedMimeTypes",
    name: words("Allowed types", "Erlaubte Typen", "الأنواع المسموح بها"),
    type: "json",
    interface: "tags",
    options: { presets: ["image/*", "video/*", "audio/*", "application/pdf", "text/csv"], placeholder: "image/*" },
  },
];

const SPECIAL: Record<string, string> = {
  ä: "ae",
  ö: "oe",
  ü: "ue",
  ß: "ss",
  æ: "ae",
  ø: "o",
  å: "a",
  œ: "oe",
  ł: "l",
  đ: "d",
};

/** A text as a part of an address. While it is typed a dash at its end may stay. */
export function slug(text: string, finished = false): string {
  const plain = text
    .toLowerCase()
    .replace(/[äöüßæøåœłđ]/g, (letter) => SPECIAL[letter] ?? letter)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+/, "");
  return finished ? plain.replace(/-+$/, "") : plain;
}

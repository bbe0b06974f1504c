// What searching takes for the same: the index, the queries and whoever looks for something in a text
// fold alike, so only this module knows how.

/** Whether a character belongs to the one before it, whatever that is: marks, joiners, tatweel, skin tones. */
export function joinsWhatIsBefore(character: string): boolean {
  return /[\p{M}\p{Emoji_Modifier}\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\uff9e\uff9f]/u.test(
    character,
  );
}

/** Points, vowel marks, tatweel, joiners, accents of alphabets, skin tones; Indic vowel signs stay. */
const dropped =
  /[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]|[\ufe00-\ufe0f\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\ud83c[\udffb-\udfff]/g;

/** Letters that readers of a language take for one another. */
const alike: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ı: "i",
  ς: "σ",
  ي: "ی",
  ى: "ی",
  ې: "ی",
  ے: "ی",
  ك: "ک",
  ة: "ه",
  ە: "ه",
  ہ: "ه",
  ھ: "ه",
  ۃ: "ه",
  ٱ: "ا",
};
const likened = new RegExp(`[${Object.keys(alike).join("")}]`, "g");

/** The digit 0 of scripts whose readers also write 0-9; full-width ones are compatibility forms. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
  0xf20, 0x1040, 0x17e0, 0x1810,
];
const digits = new Map(
  zeros.flatMap((zero) =>
    Array.from(
      { length: 10 },
      (_, value) => [String.fromCharCode(zero + value), `${value}`] as const,
    ),
  ),
);
const foreignDigit = new RegExp(`[${[...digits.keys()].join("")}]`, "g");

/**
 * A word as searching compares it: a reader finds "Élysée" by "elysee", "كتاب" by "کتاب" and "１２" by
 * "۱۲". The result may hold separators where a character stands for several ("㏒", "ﷺ").
 */
export function foldWord(word: string): string {
  return word
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(dropped, "")
    .replace(likened, (letter) => alike[letter] ?? letter)
    .replace(foreignDigit, (digit) => digits.get(digit) ?? digit)
    .normalize("NFC");
}

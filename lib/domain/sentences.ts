/**
 * Where sentences end, as far as punctuation tells: by rules, and not by a segmenter of the machine, so
 * that they are the same everywhere. Units are UTF-16.
 */

/** Signs that end a sentence, wherever they stand, though no space follows. */
const FULL = "。！？｡။។៕";
/** Marks that close what a sentence is in; a space may come before those of French. */
const CLOSING = String.raw`["'”’“‘»«›‹\)\]\}」』】》〉〕）］｝＂＇]`;

const stops = new RegExp(
  String.raw`[\p{Sentence_Terminal}…${FULL}]+\p{Grapheme_Extend}*(?:${CLOSING}+|[\u00a0\u202f\u2009 ][»›](?![\p{L}\p{N}]))*`,
  "gv",
);
/** After 。 these open what comes next, where no space is between the two. */
const opensNext = /[“‘«‹]+$/;

/** What may stand before the first letter of a sentence. */
const beginning = /^[\s\p{Ps}\p{Pi}\p{Pf}\p{Pd}"'„‚«»•*_]*/u;

/** The last word before a full stop, with the full stops in it. */
const lastWord = /[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}'’]|[.\-‐](?=[\p{L}\p{M}\p{N}]))*$/u;

/** Longer words are no abbreviations. */
const LONGEST = 40;

const words = (list: string) => new Set(list.split(" "));

/** A name or a number comes after these, whatever it begins with. */
const neverLast: Readonly<Record<string, ReadonlySet<string>>> = {
  en: words(
    "mr mrs ms dr prof sen rep gov gen col lt capt cmdr maj sgt pvt adm amb hon rev fr st ste mt vs v pp fig eq sec ed eds cf ca approx dept est jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri ave blvd univ pres supt atty",
  ),
  de: words(
    "dr prof hr fr frl st nr bzw ca vgl z.b d.h u.a z.t s.o s.u abs art bd abb tab jan feb mär apr jun jul aug sep sept okt nov dez mio mrd std inkl exkl ggf evtl sog geb gest dipl ing str",
  ),
  fr: words(
    "m mm mme mmes mlle dr pr st ste pp fig cf env av apr janv févr avr juil sept oct nov déc",
  ),
  es: words(
    "sr sra sres srta dr dra d dña st sto sta núm pág págs fig cf av avda gral ee uu ud uds",
  ),
  it: words("sig sigg sig.ra dott dr prof ing avv on sen gen st pag fig cfr"),
  pt: words("sr sra dr dra d eng prof sen dep gen sto sta pág págs fig cf av"),
  ru: words(
    "г-н г-жа гг им ул пр просп пл д кв корп обл р-н гор пос дер ст рис табл см ср стр с гл п пп ч т тт тов проф акад доц ген полк подп май кап лейт адм напр т.е т.к т.н млн млрд тыс руб коп долл янв февр мар апр авг сент окт нояб дек",
  ),
  uk: words(
    "ім вул пр просп пл буд кв обл р-н див стор с п ч т проф акад ген полк напр т.є т.зв млн млрд тис грн",
  ),
  tr: words("dr prof doç av sn hz cilt bkz yy m.ö m.s"),
  pl: words("dr prof inż mgr hab ks św ul al pl nr str np tzw tj tzn zob por ok gen płk"),
  nl: words("dr prof mr mevr dhr ir ing drs st nr blz bijv bv d.w.z m.a.w o.a enz jl"),
  fa: words("ر.ک ن.ک"),
  ar: words("أ.د د"),
};
const neverLastAnywhere = words("dr prof st nr vs cf fig pp");
/** A number comes after these; without one, they are something else. */
const beforeNumbers = words("no nos vol art ch p n nº num núm abs bd kap гл ч т п ст стр");

/** These may end a sentence: they do where the next word is one that sentences often begin with. */
const maybeLast = words(
  "jr sr inc co corp ltd llc plc bros etc al esq ibid gmbh ag usw etc u.s.w o.ä dgl г гг др пр в вв н.э т.д т.п т.о m.h ff",
);

const beginners: Readonly<Record<string, ReadonlySet<string>>> = {
  en: words(
    "the he she it they we you but and in on at this that these those there his her their its as if when while after before however a an for from with what who how why so then now to by one both all some many most according meanwhile since although though because until i no not yes our my here",
  ),
  de: words(
    "der die das er sie es wir ich im in am an auf ein eine dies diese dieser dieses aber und doch wenn als nach bei mit für zu so auch laut seit während weil dort hier man",
  ),
  fr: words(
    "le la les il elle ils elles on nous ce cette ces mais et en dans un une selon pour à au aux je",
  ),
  es: words("el la los las él ella ellos en pero y un una este esta estos según para no se su sus"),
  ru: words(
    "он она они оно это этот эта эти но и в на по как с а если когда после при для его её их также однако мы я вы там так то что из у к за не по во со",
  ),
  uk: words(
    "він вона вони воно це цей ця ці але і в на за як з а якщо коли після при для його її їх також однак ми я",
  ),
};

/** Number and full stop are "the 5th" in these. */
const ordinals = words("de cs sk pl hu fi da no nb nn hr sl sr lv et is");

/**
 * The sentences of a block, starts and ends in turn, without the space around them. None is without a
 * word, unless the block is: it has none then. A sentence does not end within a word.
 *
 * @param wordUnits the words of the block, starts and ends in turn
 * @param language the short tag of the language; "" if it is not known
 */
export function sentencesIn(
  block: string,
  wordUnits: readonly number[],
  language: string,
): number[] {
  const sentences: number[] = [];
  let word = 0;
  /** Where the words of the sentence begin that has not ended yet. */
  let from = 0;
  const close = (end: number) => {
    let next = word;
    while (next < wordUnits.length && (wordUnits[next] ?? 0) < end) next += 2;
    if (next > word && (wordUnits[next - 1] ?? 0) > end) return;
    const trimmed = from + block.slice(from, end).trimEnd().length;
    if (next > word) sentences.push(from + block.slice(from).search(/\S/), trimmed);
    else if (sentences.length === 0)
      return; // what begins a block without a word goes with the first
    else if (trimmed > from) sentences[sentences.length - 1] = trimmed;
    word = next;
    from = end;
  };
  for (const { 0: found, index } of block.matchAll(stops)) {
    const end = endAfter(block, { found, index, from, language });
    if (end !== null && end > from) close(end);
  }
  close(block.length);
  return sentences;
}

type Stop = {
  readonly found: string;
  readonly index: number;
  /** Where the sentence begins that may end here. */
  readonly from: number;
  readonly language: string;
};

/** Where a sentence ends with this stop; null if it goes on. */
function endAfter(block: string, { found, index, from, language }: Stop): number | null {
  const isFull = [...FULL].some((stop) => found.includes(stop));
  let end = index + found.length;
  if (isFull) {
    if (!/^\s/.test(block.slice(end, end + 1))) end -= opensNext.exec(found)?.[0].length ?? 0;
    return end;
  }
  const rest = block.slice(end, end + 60);
  if (rest.trim() === "" && end + 60 >= block.length) return block.length;
  // "…да?» و" may lack the space; "example.com" never ends a sentence.
  if (!/^\s/.test(rest) && !/[؟۔]/.test(found)) return null;
  const after = rest.replace(beginning, "");
  if (/^\p{Ll}/u.test(after)) return null;
  const signs = found.replaceAll(new RegExp(CLOSING, "gv"), "").trim();
  // What trails off goes on, unless a capital begins the next.
  if (/^(?:…+|\.\.+)$/.test(signs)) return /^\p{Lu}/u.test(after) ? end : null;
  if (signs !== ".") return end;
  return isAbbreviated(block, { found, index, from, language }, after) ? null : end;
}

/** Whether a full stop belongs to an abbreviation, an initial or a number with which the sentence goes on. */
function isAbbreviated(block: string, { index, from, language }: Stop, after: string): boolean {
  const before = block.slice(Math.max(from, index - LONGEST), index);
  const [written] = lastWord.exec(before) ?? [];
  if (written === undefined) return false;
  const word = written.toLowerCase();
  if (/^\p{N}+$/u.test(word)) {
    // "1. In a list", and "5. Mai".
    const isFirst = block.slice(from, index - written.length).trim() === "";
    return isFirst || (ordinals.has(language) && word.length <= 2);
  }
  if (beforeNumbers.has(word) && /^\p{N}/u.test(after)) return true;
  const [next = ""] = /^[\p{L}\p{M}'’]+(?!\.)/u.exec(after) ?? [];
  const isNew = (beginners[language || "en"] ?? beginners.en)?.has(next.toLowerCase()) === true;
  if (neverLastAnywhere.has(word) || neverLast[language || "en"]?.has(word) === true) return true;
  const isInitial =
    /^\p{L}\p{M}*$/u.test(word) && !/[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]/u.test(word);
  const hasStops = /^(?:\p{L}+\.)+\p{L}+$/u.test(word) && word.length <= 8;
  return (isInitial || hasStops || maybeLast.has(word)) && !isNew;
}
